package constraints

import (
	"testing"

	"github.com/risugen/risugen/random"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allowedNumbers finds a field's numbers by trying all words.
func allowedNumbers(in *Insn, f *SmallField, offer []uint64) uint64 {
	var out uint64
	mask := in.drawnBits()
	for s := uint64(0); ; {
		word := in.Pattern.FixedBits | s
		if in.allowed(word, offer, 0) {
			out |= 1 << f.Number(word)
		}
		if s = (s - mask) & mask; s == 0 {
			return out
		}
	}
}

// TestFieldValuesAreExact: what is found of fields is what trying all words finds, whatever the conditions and the registers
// offered, and Having has words of these values, and of no other.
func TestFieldValuesAreExact(t *testing.T) {
	r := random.New(3, 9)
	blocks := []string{"", "#! operands { a: out gpr; c: in gpr, 15 is zero; }", "#! operands { list(a, 2): in gpr; b: in gpr if b > 2; }", "#! operands { list(a | c): in gpr; }"}
	fewer := 0
	for i := range 600 {
		text := randomExpression(r, 1+i%3)
		operands := blocks[i%len(blocks)]
		s, err := load(t, threeArgs+operands+"\n#! constraints { "+text+"; }\n")
		if err != nil {
			require.Contains(t, err.Error(), "no word of P satisfies", text)
			continue
		}
		in := s.Insns[0]
		offer := make([]uint64, len(in.Operands))
		for o := range offer {
			offer[o] = r.Uint64()
			offer[o] |= r.Uint64()
		}
		fields := in.SmallFields()
		require.Len(t, fields, 3)
		known := make([]uint64, len(fields))
		in.FieldValues(fields, known, offer)
		for n := range fields {
			f, got := &fields[n], known[n]
			require.Equal(t, allowedNumbers(in, f, offer), got, "%s %s: %s, offered %x", operands, text, f.Name, offer)
			if got != 0xffff {
				fewer++
			}
			number := r.Uint64N(16)
			checkHaving(t, r, in, f, number, offer, got>>number&1 == 1, text)
		}
	}
	assert.Greater(t, fewer, 300)
}

// checkHaving draws an instruction with a field's value, which is legal or not.
func checkHaving(t *testing.T, r *random.Rand, in *Insn, f *SmallField, number uint64, offer []uint64, legal bool, text string) {
	t.Helper()
	value := in.FieldValue(f, number)
	h := in.Having(f.Arg, value)
	if h == nil {
		require.False(t, legal, "%s: %s=%d", text, f.Name, value)
		return
	}
	for range 4 {
		word, ok := h.Draw(r, offer, 0)
		require.Equal(t, legal, ok, "%s: %s=%d", text, f.Name, value)
		if ok {
			require.Equal(t, number, f.Number(word), text)
			require.True(t, in.allowed(word, offer, 0), text)
		}
	}
}

// TestSmallFields: of few bits, which may be apart; not those that the place of an instruction decides.
func TestSmallFields(t *testing.T) {
	s := mustLoad(t, `
%split  20:2 0:2
%wide   2:10
%times  12:3 !function=by4
#! functions { by4(x) = 4 * x; }
P 00000001 00.. 00000 ............... x=%split y=%wide z=%times w=7   #! operands { }
B 00000010 ---- ---- ---- ---- off:4 ---- #! operands { } branch { offset(off << 2); }
`)
	p := s.Insns[0]
	fields := p.SmallFields()
	require.Len(t, fields, 2)
	require.Equal(t, []string{"x", "z"}, []string{fields[0].Name, fields[1].Name})
	word := p.Pattern.FixedBits | 2<<20 | 1 | 5<<12
	require.EqualValues(t, 0b1001, fields[0].Number(word))
	require.EqualValues(t, 9, p.FieldValue(&fields[0], 0b1001))
	require.EqualValues(t, 20, p.FieldValue(&fields[1], fields[1].Number(word)))
	require.Empty(t, s.Insns[1].SmallFields(), "the distance is the image's")
}
