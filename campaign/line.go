package campaign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
)

// A line of a results file is a JSON object whose last member, "sum", is the CRC-32C of all that stands before it, as
// eight hexadecimal digits:
//
//	{"id":"0123456789abcdef",…,"sum":"89abcdef"}
//
// So a line that was not written to its end is told from one that was, and any reader of JSON Lines can read the file.
const (
	sumHead = `,"sum":"`
	sumTail = `"}`
	sumSize = len(sumHead) + 8 + len(sumTail)
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal makes the line of an object that is not empty, with its newline.
func seal(object any) ([]byte, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	body := text[:len(text)-1]
	return fmt.Appendf(body, "%s%08x%s\n", sumHead, crc32.Checksum(body, castagnoli), sumTail), nil
}

// unseal reads a line without its newline into an object. Its error says what is wrong with a line, if it is not whole.
func unseal(line []byte, object any) error {
	at := len(line) - sumSize
	if at < 1 || !bytes.HasPrefix(line[at:], []byte(sumHead)) || !bytes.HasSuffix(line, []byte(sumTail)) {
		return fmt.Errorf("it is no line of a campaign's results")
	}
	if want := fmt.Sprintf("%08x", crc32.Checksum(line[:at], castagnoli)); string(line[at+len(sumHead):at+len(sumHead)+8]) != want {
		return fmt.Errorf("its checksum is wrong: the file was changed, or a disk damaged it")
	}
	return json.Unmarshal(line, object)
}
