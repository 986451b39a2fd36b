package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseTarget(t *testing.T) {
	for text, want := range map[string][]string{
		"qemu-mipsel -cpu P5600":           {"qemu-mipsel", "-cpu", "P5600"},
		"exec:qemu-mipsel":                 {"qemu-mipsel"},
		`sh -c 'run "$1" | cat' sh {}`:     {"sh", "-c", `run "$1" | cat`, "sh", "{}"},
		`"/my tools/qemu" -E A="b c" x\ y`: {"/my tools/qemu", "-E", "A=b c", "x y"},
		"./a:b {}":                         {"./a:b", "{}"},
		`C:/qemu/qemu.exe`:                 {"C:/qemu/qemu.exe"},
		"env A=b:c qemu":                   {"env", "A=b:c", "qemu"},
	} {
		target, err := ParseTarget(text)
		require.NoError(t, err, text)
		require.Equal(t, want, target.(*Exec).Command)
		require.Equal(t, text, target.Name())
	}
	target, err := ParseTarget("one-insn:qemu-mipsel -cpu max")
	require.NoError(t, err)
	require.Equal(t, []string{"qemu-mipsel", "-cpu", "max"}, target.(*OneInsn).Command)
	target, err = ParseTarget("trace:my board.trace")
	require.NoError(t, err)
	require.Equal(t, "my board.trace", target.(*Recording).Path)
	require.Equal(t, "trace:my board.trace", target.Name())
	for text, want := range map[string]map[string]string{
		"system:":         {},
		"system:cpu=24Kf": {"cpu": "24Kf"},
		"system:memory=1G,append=a=1,,2,,,kernel=/k": {"memory": "1G", "append": "a=1,2,", "kernel": "/k"},
		"system:qemu='my qemu' -accel tcg,board=x":   {"qemu": "'my qemu' -accel tcg", "board": "x"},
	} {
		target, err := ParseTarget(text)
		require.NoError(t, err)
		require.Equal(t, want, target.(*System).Options)
		require.Equal(t, text, target.Name())
	}
	for _, address := range []string{"board:9191", "127.0.0.1:1", "[::1]:65535"} {
		target, err = ParseTarget("tcp:" + address)
		require.NoError(t, err)
		require.Equal(t, address, target.(*Remote).Address)
		require.Equal(t, "tcp:"+address, target.Name())
	}
	for text, want := range map[string]string{
		"tcp:":                    "HOST:PORT",
		"tcp:board":               "HOST:PORT",
		"tcp::9191":               "HOST:PORT",
		"tcp:::1:9191":            "HOST:PORT",
		"tcp:board:":              "no port",
		"tcp:board:http":          "no port",
		"tcp:board:0":             "no port",
		"tcp:board:65536":         "no port",
		"system:24Kf":             `"24Kf" is not one of append=…, board=…, busybox=…, cpu=…`,
		"system:cpu=a,cpu=b":      "cpu= stands there twice",
		"system:cpu=":             `cpu: "" cannot be meant`,
		"system:cpu=a b":          "cannot be meant",
		"system:memory=-1":        "cannot be meant",
		"system:memory=0":         "cannot be meant",
		"system:,":                `"" is not one of`,
		"system:qemu=a 'b":        "qemu: a quote",
		"system:colour=red,cpu=a": `"colour=red" is not one of`,
		"":                        "no command",
		"exec:":                   "no command",
		"exec:''":                 "no command",
		"warp:board":              "warp: is an unknown kind",
		"trace:":                  "no file",
		"a 'b":                    "no partner",
		"qemu {} >/dev/null":      `">"`,
		"qemu {} | cat":           `"|"`,
	} {
		_, err := ParseTarget(text)
		require.ErrorContains(t, err, want, text)
		require.ErrorContains(t, err, TargetForms)
	}
}

func TestWithImage(t *testing.T) {
	require.Equal(t, []string{"a", "b", "/i"}, withImage([]string{"a", "b"}, "/i"))
	require.Equal(t, []string{"a", "x/i", "b"}, withImage([]string{"a", "x{}", "b"}, "/i"))
}
