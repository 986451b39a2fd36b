package main

import "strings"

// fixed is what of the environment, or of the user's settings of Go (go env -w), would change what is built: each has the value that it
// has where nobody said anything. A target's own come behind.
var fixed = []string{
	"GOENV=off", "GOFLAGS=", "GOWORK=off", "GO111MODULE=", "GOEXPERIMENT=", "GOFIPS140=off", "CGO_ENABLED=0",
	"GOAMD64=v1", "GOARM64=v8.0", "GOARM=5", "GOMIPS=softfloat", "GOMIPS64=softfloat",
}

// kept are settings that say where things come from, not what is built: with GOENV=off the user's own would be lost.
var kept = []string{
	"GOPROXY", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOVCS", "GOAUTH", "GOTOOLCHAIN", "GOPATH", "GOMODCACHE", "GOCACHE",
}

// environment is what is added to the environment of Go's commands.
func environment() ([]string, error) {
	values, err := output(nil, "go", append([]string{"env"}, kept...)...)
	if err != nil {
		return nil, err
	}
	var env []string
	for i, v := range strings.Split(strings.TrimSuffix(string(values), "\n"), "\n") {
		if v = strings.TrimSuffix(v, "\r"); v != "" && i < len(kept) {
			env = append(env, kept[i]+"="+v)
		}
	}
	return append(env, fixed...), nil
}
