package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// completed is what a shell is offered behind a command line, of which the last word is the one that is being written.
func completed(t *testing.T, words ...string) (offers []string, noFiles bool) {
	t.Helper()
	r := command("", append([]string{"__complete"}, words...)...)
	require.Equal(t, 0, r.code, r.err)
	lines := strings.Split(strings.TrimSuffix(r.out, "\n"), "\n")
	directive := lines[len(lines)-1]
	require.True(t, strings.HasPrefix(directive, ":"), r.out)
	return lines[:len(lines)-1], strings.Contains(r.err, "NoFileComp")
}

// TestCompletion: flags that choose a machine offer what the models have, by what stands on the command line before them.
func TestCompletion(t *testing.T) {
	for _, c := range []struct {
		line          string
		with, without string // words that must be among the offers, and that must not be
	}{
		{"check --cpu ", "24Kc P5600 cortex-a72", ""},
		{"check --abi ", "o32fp64", "o32 eabi"}, // of the usual model
		{"check --cpu no-such-model --abi ", "o32 n64 eabi thumb", ""},
		{"check --cpu 24Kc --abi ", "o32", "n64 thumb o32fp64"},
		{"gen --cpu i6400 --abi ", "n64", "o32 eabi"},
		{"reduce --cpu cortex-a72 --order ", "little big", ""},
		{"check --cpu no-such-model --order ", "little big", ""},
		{"list --cpu P5600 --isa ", "base msa fpu", "octeon"},
		{"list --cpu cortex-a53 --isa ", "crypto a32 t16", "msa"},
		{"list --cpu cortex-a53 --abi thumb --isa ", "t16 t32 vfp neon", "a32"},
		{"list --cpu P5600 --isa base,", "base,msa base,fpu", "base,base msa"},
		{"check --cpu 24Kc --pattern ", "SEB ROTR @int", "ADDS_S ERET"},
		{"check --cpu 4Kc --pattern ADDU,S", "ADDU,SLTU ADDU,SRL", "ADDU,SEB ADDU,ADDU"},
		{"check --cpu P5600 --isa msa --not-pattern ", "ADDS_S", "ADDU"},
		{"probe --cpu P5600 --set ", "w2= a0= hi= msacsr= mem+", "x3="},
		{"probe --cpu cortex-a72 --set ", "x3= v3= nzcv=", "w200= msacsr="},
		{"probe --cpu P5600 --set w2=", "", "w2= w2=w2="},
		{"probe --cpu 24Kc SE", "SEB SEH", "ADDS_S"},
		{"probe --cpu 24Kc SEB|", "SEB|rd= SEB|rt=", "SEB|rs="},
		{"probe --cpu 24Kc SEB|rd=4|", "SEB|rd=4|rt=", "SEB|rd=4|rd="},
		{"check --decode no-such-file --pattern ", "", "ADDU"},
		{"measure --set ", "tune held", "w2="},
		{"regress --cpus 24Kc,P", "24Kc,P5600", "24Kc,24Kc"},
		{"check --digest ", "round block", ""},
	} {
		words := strings.Split(c.line, " ")
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], "|", " ")
		}
		offers, noFiles := completed(t, words...)
		assert.True(t, noFiles, c.line)
		for _, want := range strings.Fields(c.with) {
			assert.Contains(t, offers, strings.ReplaceAll(want, "|", " "), c.line)
		}
		for _, no := range strings.Fields(c.without) {
			assert.NotContains(t, offers, strings.ReplaceAll(no, "|", " "), c.line)
		}
	}
	_, noFiles := completed(t, "check", "--decode", "")
	assert.False(t, noFiles, "files are the shell's business")
}

// TestCompletionIsTaken: each offer for a model is one that the command takes.
func TestCompletionIsTaken(t *testing.T) {
	for _, flag := range []string{"abi", "order", "isa"} {
		offers, _ := completed(t, "gen", "--cpu", "I6400", "--"+flag, "")
		require.NotEmpty(t, offers)
		for _, o := range offers {
			r := command("", "gen", "--cpu", "I6400", "--"+flag, o, "-n", "1", "--seed", "1", "-o", t.TempDir()+"/x.img")
			assert.Equal(t, 0, r.code, "%s %s: %s", flag, o, r.err)
		}
	}
	offers, _ := completed(t, "check", "--cpu", "cortex-a76", "--pattern", "")
	groups := slices.DeleteFunc(offers, func(s string) bool { return !strings.HasPrefix(s, "@") })
	require.NotEmpty(t, groups)
	for _, g := range groups {
		r := command("", "gen", "--cpu", "cortex-a76", "--pattern", g, "-n", "2", "--seed", "1", "-o", t.TempDir()+"/x.img")
		assert.Equal(t, 0, r.code, g+": "+r.err)
	}
}

// TestCompletionScripts: there is one for each shell.
func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		r := command("", "completion", shell)
		assert.Equal(t, 0, r.code, r.err)
		assert.Contains(t, r.out, "__complete", shell)
	}
}
