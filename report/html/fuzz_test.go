package html

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/risugen/risugen/runtime"
)

// FuzzPage: what is a report by its JSON has a text and a page, with one script, whatever is in it.
func FuzzPage(f *testing.F) {
	text, err := json.Marshal(sample())
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(`{"cpu":"a","digest":"b","mismatch_list":[{"item":-1,"kind":"<","outputs":[{"master":"é"}]}],"pattern_list":[{"source":":"}]}`))
	f.Add([]byte(`{"cpu":"a","digest":"b","mismatch_list":[{"width":64,"word":"0xffffffffffffffff","arguments":[{"mask":"0x8000000000000001"}]},{"width":-4}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := runtime.ParseReport(text)
		if err != nil {
			return
		}
		require.NoError(t, r.Text(io.Discard, false))
		var b bytes.Buffer
		require.NoError(t, pages.Execute(&b, newPage(r, Options{})))
		require.Equal(t, 1, strings.Count(strings.ToLower(b.String()), "<script"))
	})
}
