package main

// target is a system and a processor that there is a release for.
type target struct {
	os, arch string
	env      []string // what of the processor is not asked for
}

func (t target) String() string { return t.os + "/" + t.arch }

// targets are all of them. Boards run the Linux ones: those for MIPS compute with floating-point numbers in software, since
// many of these processors have no FPU and a kernel's emulation of one is slower yet; those for 32-bit Arm ask for Armv5 without an FPU.
var targets = []target{
	{"linux", "amd64", nil},
	{"linux", "arm64", nil},
	{"linux", "arm", []string{"GOARM=5"}},
	{"linux", "mips", []string{"GOMIPS=softfloat"}},
	{"linux", "mipsle", []string{"GOMIPS=softfloat"}},
	{"linux", "mips64", []string{"GOMIPS64=softfloat"}},
	{"linux", "mips64le", []string{"GOMIPS64=softfloat"}},
	{"darwin", "amd64", nil},
	{"darwin", "arm64", nil},
	{"windows", "amd64", nil},
	{"windows", "arm64", nil},
}

func find(name string) (target, bool) {
	for _, t := range targets {
		if t.String() == name {
			return t, true
		}
	}
	return target{}, false
}
