package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDecodeAnswersAtOnce: whoever asks word by word gets an answer before the input ends.
func TestDecodeAnswersAtOnce(t *testing.T) {
	in, words := io.Pipe()
	answers, out := io.Pipe()
	code := make(chan int)
	go func() {
		code <- run([]string{"decode", mipsDecode}, in, out, io.Discard)
		out.Close()
	}()
	lines := bufio.NewReader(answers)
	for _, want := range []string{"7822190e ADDV df=1 wd=4 ws=3 wt=2\n", "78000003 -\n"} {
		_, err := io.WriteString(words, want[:8]+"\n")
		require.NoError(t, err)
		got, err := lines.ReadString('\n')
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	words.Close()
	assert.Zero(t, <-code)
}

// BenchmarkDecode streams words from standard input to text, half of them within MSA's opcode.
func BenchmarkDecode(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var words strings.Builder
	for i := range b.N {
		word := rng.Uint32()
		if i%2 == 0 {
			word = word>>6 | 0x78000000
		}
		fmt.Fprintf(&words, "%08x\n", word)
	}
	for _, format := range []string{"text", "json"} {
		in := strings.NewReader(words.String())
		b.ResetTimer()
		require.Zero(b, run([]string{"decode", "--json=" + fmt.Sprint(format == "json"), mipsDecode}, in, io.Discard, io.Discard))
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, format+"-Mwords/s")
	}
}
