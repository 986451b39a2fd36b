package html

import (
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/risugen/risugen/runtime"
)

func comma(n int64) string { return humanize.Comma(n) }

// vectorDigits is from how many hexadecimal digits on a value is shown in lanes if one asks for it: 64 bits.
const vectorDigits = 16

// value is what a place held: one value, or one of each side.
type value struct {
	Operand, Place string
	Via            string // the glue that a result was seen through
	In             bool   // the instruction read it
	Same           bool   // both sides have it, or it is an input
	Master         digits
	Apprentice     digits
}

// digits is a value in hexadecimal.
type digits struct {
	Hex    string
	Memory bool // bytes in the order of addresses; else the most significant digit comes first
	Vector bool
	Lanes  []lane
}

// lane is a part of a value: of eight digits, as it is first shown.
type lane []run

// run is digits that are alike on both sides, or not.
type run struct {
	Text    string
	Differs bool
}

func input(v runtime.Value) value {
	out := value{Operand: v.Operand, Place: v.Place, In: true, Same: true}
	if v.Value != "" {
		out.Master = split(v.Value, v.Value, isMemory(v.Place))
	}
	return out
}

func output(d runtime.Difference) value {
	memory := isMemory(d.Place)
	return value{
		Operand: d.Operand, Place: d.Place, Via: d.Via, Same: d.Master == d.Apprentice,
		Master: split(d.Master, d.Apprentice, memory), Apprentice: split(d.Apprentice, d.Master, memory),
	}
}

// isMemory reports whether a place is memory by its name: see arch.Layout.PlaceName.
func isMemory(place string) bool { return strings.HasPrefix(place, "mem[") }

// split cuts a value into lanes of eight digits, counted from the least significant, and marks what the other one has otherwise.
func split(v, other string, memory bool) digits {
	const width = 8
	d := digits{Hex: v, Memory: memory, Vector: len(v) >= vectorDigits}
	first := width
	if !memory && len(v)%width != 0 {
		first = len(v) % width
	}
	for i := 0; i < len(v); {
		end := min(len(v), i+first)
		d.Lanes = append(d.Lanes, runs(v, other, i, end))
		i, first = end, width
	}
	return d
}

// runs cuts a stretch of a value where it begins or ceases to differ.
func runs(v, other string, from, to int) lane {
	var out lane
	for i := from; i < to; i++ {
		differs := i >= len(other) || v[i] != other[i]
		if n := len(out); n == 0 || out[n-1].Differs != differs {
			out = append(out, run{Differs: differs})
		}
		out[len(out)-1].Text += v[i : i+1]
	}
	return out
}
