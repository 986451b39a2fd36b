package cover

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Values is an ascending list of numbers. As text, runs of them are short: `0..25 28 30..31`.
type Values []int64

// maxValues bounds a list that is read: no field has more values.
const maxValues = 64

// String writes the list as text.
func (v Values) String() string {
	var b strings.Builder
	for i := 0; i < len(v); {
		end := i + 1
		for end < len(v) && v[end] == v[end-1]+1 {
			end++
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatInt(v[i], 10))
		switch {
		case end-i == 2:
			end--
		case end-i > 2:
			b.WriteString(".." + strconv.FormatInt(v[end-1], 10))
		}
		i = end
	}
	return b.String()
}

// MarshalText implements encoding.TextMarshaler.
func (v Values) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It takes what String writes, and nothing else.
func (v *Values) UnmarshalText(text []byte) error {
	var out Values
	for _, word := range strings.Fields(string(text)) {
		lo, hi, isRange := strings.Cut(word, "..")
		first, err := strconv.ParseInt(lo, 10, 64)
		last := first
		if err == nil && isRange {
			last, err = strconv.ParseInt(hi, 10, 64)
		}
		if err != nil || last < first || len(out) > 0 && first <= out[len(out)-1] || uint64(last)-uint64(first) >= maxValues || len(out) > maxValues {
			return fmt.Errorf("%.40q is no list of values", text)
		}
		for n := first; ; n++ {
			if out = append(out, n); n == last {
				break
			}
		}
	}
	if *v = out; len(out) > maxValues || v.String() != string(text) {
		return fmt.Errorf("%.40q is no list of values", text)
	}
	return nil
}

// Without lists the values that another list has not.
func (v Values) Without(o Values) Values {
	var out Values
	for _, n := range v {
		if _, found := slices.BinarySearch(o, n); !found {
			out = append(out, n)
		}
	}
	return out
}
