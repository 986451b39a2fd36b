package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/internal/needtool"
)

const msaVectors = "../../testdata/vectors/msa.jsonl"

// TestProbeBadInput: each is told in words, positioned where there is a file, and ends with exit code 2; no target is started.
func TestProbeBadInput(t *testing.T) {
	adds := "ADDS_S df=1 wd=1 ws=2 wt=3"
	for want, args := range map[string][]string{
		"there is no instruction":                                  {},
		`unknown CPU "Z80"`:                                        {"--cpu", "Z80", adds},
		`instruction: column 1: "NOSUCH" is no pattern`:            {"NOSUCH"},
		"argument wd = 32 does not fit 5 bits unsigned":            {"ADDS_S df=1 wd=32"},
		`ADDS_S has no argument "wx"`:                              {"ADDS_S", "df=1", "wx=32"},
		`--set w2: "w2" is not NAME=VALUE`:                         {adds, "--set", "w2"},
		`"w32" is no register or state of this CPU`:                {adds, "--set", "w32=1"},
		"does not fit 128 bits":                                    {adds, "--set", "w2=0x1_0000_0000_0000_0000_0000_0000_0000_0000"},
		"$w2 is given a value twice":                               {adds, "--set", "w2=1", "--set", "$W2=1"},
		"is another name of part of the registers that $w0":        {adds, "--set", "f2=1"},
		"$0 reads as zero whatever":                                {adds, "--set", "zero=1"},
		"images leave $26 alone":                                   {adds, "--set", "$26=1"},
		"where the stack of images' signals stands":                {adds, "--set", "sp=0x2d5b0000"},
		`"mem+1024" is no part of the memory block`:                {adds, "--set", "mem+1024=00"},
		"2 bytes reach over the end: there is room for 1":          {adds, "--set", "mem+1023=0000"},
		"a byte of memory is given a value twice":                  {adds, "--set", "mem+16=0000", "--set", "mem+17=00"},
		`"+2000" is no offset into the memory block`:               {adds, "--set", "$4=mem+2000"},
		"msacsr cannot begin with 0x0000007c":                      {adds, "--set", "msacsr=0x7c"},
		"it is no instruction of this CPU":                         {"0x78000003"},
		"the word is unpredictable; --force runs it":               {"EXT rt=1 rs=2 lsb=31 msbd=31"},
		"stores 4 bytes at 0x1000, which is outside":               {"SW rt=2 base=4", "--set", "$4=0x1000"},
		"SYSCALL wants no bits but 0x0 in $2":                      {"SYSCALL", "--set", "v0=4001"},
		"is no instruction that can stand alone: it depends on LL": {"SC rt=1 base=2 offset=0"},
		"$4 cannot be set: the image itself puts there where":      {"JR rs=4", "--set", "$4=5"},
		"target \"warp:drive\"":                                    {adds, "--target", "warp:drive"},
		"target \"tcp:localhost:1\": a master runs the one image":  {adds, "--target", "qemu-mipsel", "--target", "tcp:localhost:1"},
		"tcp:[::1]:9":  {"--cases", msaVectors, "--target", "tcp:[::1]:9"},
		"no such file": {"--cases", "/no/such.jsonl"},
		"--cases has instructions and inputs of its own": {adds, "--cases", msaVectors},
		"--record is of no use without --cases":          {adds, "--record"},
		"--record takes what one target does":            {"--cases", msaVectors, "--record", "--target", "a", "--target", "b"},
		"--record prints JSON already":                   {"--cases", msaVectors, "--record", "--json"},
		"start the target (/no/such/program)":            {adds, "--target", "/no/such/program"},
	} {
		r := command("", append([]string{"probe"}, args...)...)
		assert.Equal(t, 2, r.code, args)
		assert.Contains(t, r.err, want, args)
		assert.Empty(t, r.out, args)
		assert.NotContains(t, r.err, "goroutine")
	}
}

// TestProbeBadCases: each line's fault is told with its file and line.
func TestProbeBadCases(t *testing.T) {
	for line, want := range map[string]string{
		`nonsense`:               "invalid character",
		`[]`:                     "an object must stand here",
		`{"insn": "ADDU rd=1"`:   "unexpected end of JSON input",
		`{}`:                     "there is no instruction: insn or word is missing",
		`{"insn": "ADDU rd=1"}`:  "there is neither out nor fault",
		`{"insn": 5, "out": {}}`: `"insn": a number stands where a string must`,
		`{"insn": "ADDU rd=1", "out": {}, "cpu": "24Kc"}`:                `"cpu": there is no such key`,
		`{"insn": "ADDU rd=1", "out": {}, "out": {}}`:                    `"out" is there twice`,
		`{"insn": "ADDU rd=1", "out": {"$1": "1", "$1": "2"}}`:           `"$1" is there twice`,
		`{"insn": "ADDU rd=1", "word": "0x0", "out": {}}`:                `"word": insn and word stand for each other`,
		`{"word": "ADDU", "out": {}}`:                                    `"word": "ADDU" is no word`,
		`{"insn": "ADDU rd=1", "out": {"$1": 1}}`:                        `"out": "$1": a number stands where a string must`,
		`{"insn": "ADDU rd=1", "out": {"$99": "1"}}`:                     `"out": "$99" is no register`,
		`{"insn": "ADDU rd=1", "out": {"$26": "1"}}`:                     "images do not record $26",
		`{"insn": "ADDU rd=1", "in": {"v0": "x"}, "out": {}}`:            `"in": v0: "x" is no number`,
		`{"insn": "ADDU rd=1", "in": [], "out": {}}`:                     `"in": an object must stand here`,
		`{"insn": "ADDU rd=1", "fault": "SIGFOO"}`:                       `"fault": "SIGFOO" is no signal that instructions raise: these are SIG`,
		`{"insn": "ADDU rd=1", "in": {"fcsr": "0x7c"}, "out": {}}`:       "fcsr cannot begin with",
		`{"word": "0xffffffff", "out": {}}`:                              "it is no instruction of this CPU",
		`{"insn": "ADDU rd=1; BEQ; ADDU rd=1; BREAK", "out": {}, "a":1}`: `"a": there is no such key`,
	} {
		dir := t.TempDir()
		file := put(t, dir, "c.jsonl", `{"insn": "ADDU rd=1", "out": {"$1": "0"}}`+"\n\n"+line+"\n")
		r := command("", "probe", "--cases", file)
		assert.Equal(t, 2, r.code, line)
		assert.Contains(t, r.err, file+":3: ", line)
		assert.Contains(t, r.err, want, line)
		assert.Empty(t, r.out, line)
	}
	r := command("\n\n", "probe", "--cases", "-")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "standard input: there is no case")
	r = command(strings.Repeat("{}\n", 200), "probe", "--cases", "-")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "and perhaps more")
	r = command(`{"insn": "`+strings.Repeat("A", 2<<20), "probe", "--cases", "-")
	assert.Equal(t, 2, r.code)
	assert.Contains(t, r.err, "standard input:1: bufio.Scanner: token too long")
}

func TestProbe(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	r := command("", "probe", "--cpu", "P5600", "ADDS_S df=1 wd=1 ws=2 wt=3", "--set", "w2=h:0x7fff,1", "--set", "w3=h:1,-2")
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "ADDS_S  adds_s.h $w1,$w2,$w3\n  at 0x500000, word 0x79231050, msa.decode:")
	assert.Regexp(t, `│ \$w2 +│ 00000000000000000000000000017fff │ +│ +│`, r.out)
	assert.Regexp(t, `│ \$w1 +│ 00000000000000000000000000000000 │ 000000000000000000000000ffff7fff │ +│`, r.out)
	assert.Regexp(t, `│ fault +│ +│ no fault`, r.out)
}

// TestProbeDiffers: two CPUs of which one lacks the instruction.
func TestProbeDiffers(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	args := []string{"probe", "--cpu", "24Kc", "SEB rd=4 rt=5", "--set", "$5=0xff", "--target", "qemu-mipsel -cpu 24Kc", "--target", "qemu-mipsel -cpu 4Kc", "--target", "qemu-mipsel -cpu 24Kc"}
	r := command("", args...)
	require.Equal(t, 1, r.code, r.err)
	assert.Regexp(t, `│ \$4 +│ 00000000 │ ffffffff │ 00000000 +│ ffffffff │ ≠ │\n│ +│ +│ +│ \^{8} +│`, r.out)
	assert.Regexp(t, `│ fault +│ +│ no fault │ SIGILL \(code \d+\) at 0x500000 │ no fault │ ≠ │`, r.out)
	r = command("", append(args, "--json")...)
	require.Equal(t, 1, r.code, r.err)
	var j probeJSON
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	assert.Equal(t, toolName(), j.Tool)
	assert.Equal(t, []string{"$4", "fault"}, j.Differs)
	assert.False(t, j.Agree)
	assert.Equal(t, map[string]string{"$5": "000000ff"}, j.Inputs)
	assert.Equal(t, "SIGILL", j.Targets[1].Fault.Signal)
	assert.Equal(t, map[string]string{"$4": "ffffffff"}, j.Targets[2].Outputs)
	assert.Equal(t, "SEB", j.Instructions[0].Pattern)
}

// TestProbeForce: a word that no instruction has runs as one that must fault.
func TestProbeForce(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	r := command("", "probe", "--cpu", "P5600", "0x70000031", "--force")
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "the descriptions call this word reserved: it must raise SIGILL")
	assert.Regexp(t, `│ fault +│ +│ SIGILL`, r.out)
	r = command("", "probe", "--cpu", "P5600", "EXT rt=1 rs=2 lsb=31 msbd=31", "--force")
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "the word is unpredictable")
}

func TestProbeCases(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	r := command("", "probe", "--cpu", "P5600", "--cases", msaVectors)
	require.Equal(t, 0, r.code, r.out+r.err)
	assert.Regexp(t, `│ qemu-mipsel -cpu P5600 │ 440 +│ 440 +│ 0 +│`, r.out)

	text := string(read(t, msaVectors))
	first, rest, _ := strings.Cut(text, "\n")
	wrong := regexp.MustCompile(`("out": \{"w1": "0x)(.)`).ReplaceAllString(first, "${1}f")
	require.NotEqual(t, first, wrong)
	file := put(t, t.TempDir(), "wrong.jsonl", wrong+"\n"+rest)
	r = command("", "probe", "--cpu", "P5600", "--cases", file, "--target", "qemu-mipsel -cpu P5600", "--target", "qemu-mipsel -cpu P5600 -d nochain")
	require.Equal(t, 1, r.code, r.out+r.err)
	assert.Contains(t, r.out, file+":1: adds_a.b 0: ADDS_A df=0 wd=1 ws=2 wt=3\n  on qemu-mipsel -cpu P5600\n  $w1      expected  f")
	assert.Contains(t, r.out, "                     ^\n")
	assert.Equal(t, 2, strings.Count(r.out, "expected "), "each target")
	r = command("", "probe", "--cpu", "P5600", "--cases", file, "--json")
	require.Equal(t, 1, r.code, r.err)
	var j casesReport
	require.NoError(t, json.Unmarshal([]byte(r.out), &j))
	assert.Equal(t, toolName(), j.Tool)
	assert.Equal(t, 440, j.Cases)
	assert.Equal(t, []casesTarget{{"qemu-mipsel -cpu P5600", 439, 1}}, j.Targets)
	require.Len(t, j.Failures, 1)
	assert.Equal(t, "$w1", j.Failures[0].Failures[0].Place)
}

// TestProbeRecord: what is recorded is what holds, in more cases than an image has room for.
func TestProbeRecord(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	text := regexp.MustCompile(`, "out": .*\}\}`).ReplaceAllString(string(read(t, msaVectors)), "}")
	require.NotContains(t, text, "out")
	r := command(strings.Repeat(text, 3), "probe", "--cpu", "P5600", "--cases", "-", "--record")
	require.Equal(t, 0, r.code, r.err)
	assert.Equal(t, 3*440, strings.Count(r.out, `"out": {"$w1": "0x`))
	r = command(r.out, "probe", "--cpu", "P5600", "--cases", "-")
	require.Equal(t, 0, r.code, r.err)
	assert.Contains(t, r.out, "1,320")
}

// TestProbeOfCSV runs what docs/probe.md says of other formats: the script there makes cases of a CSV file.
func TestProbeOfCSV(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	needtool.Path(t, "awk")
	page := string(read(t, "../../docs/probe.md"))
	script := regexp.MustCompile(`(?s)    \$ (awk .*?' adds\.csv) > adds\.jsonl\n`).FindStringSubmatch(page)
	require.NotNil(t, script, "docs/probe.md has no script")
	table := regexp.MustCompile(`(?m)^    (name,insn,.*\n(?:    .*,.*\n)+)`).FindStringSubmatch(page)
	require.NotNil(t, table, "docs/probe.md has no table")
	dir := t.TempDir()
	put(t, dir, "adds.csv", strings.ReplaceAll(table[1], "    ", ""))
	made := shell(t, dir, nil, "-c", script[1])
	require.Equal(t, 0, made.code, made.err)
	r := command(made.out, "probe", "--cpu", "P5600", "--cases", "-")
	require.Equal(t, 0, r.code, r.out+r.err+made.out)
}

// TestProbePageIsTrue runs the commands of docs/probe.md and finds what it shows of them.
func TestProbePageIsTrue(t *testing.T) {
	needtool.Slow(t)
	needtool.Path(t, "qemu-mipsel")
	page := string(read(t, "../../docs/probe.md"))
	bin := commandDir(t)
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	shown := regexp.MustCompile(`(?m)^    \$ bin/(risugen probe .*)\n((?:(?:    .*)?\n)+)`).FindAllStringSubmatch(page, -1)
	require.Greater(t, len(shown), 2)
	for _, s := range shown {
		r := shell(t, root, []string{"PATH=" + bin + ":" + os.Getenv("PATH")}, "-c", s[1])
		want := regexp.MustCompile(`(?m)^    `).ReplaceAllString(s[2], "")
		assert.Equal(t, strings.TrimSpace(want), strings.TrimSpace(r.out+r.err), s[1])
	}
}

func TestMarkedDigits(t *testing.T) {
	assert.Equal(t, "00ff", marked("00ff", "00ff", false))
	assert.Equal(t, "01fe\n ^ ^", marked("00ff", "01fe", false))
	assert.Equal(t, "0\x1b[31m1\x1b[0mf\x1b[31me\x1b[0m", marked("00ff", "01fe", true))
}
