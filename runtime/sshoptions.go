package runtime

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bounds and defaults of a target ssh:.
const (
	sshDir     = "/tmp"
	sshTimeout = 30 * time.Second
	maxTimeout = time.Hour
)

// sshOption is what may stand behind the host.
type sshOption struct {
	name  string
	bare  bool // takes no value
	apply func(s *SSH, value string) error
}

// sshOptions are all that there are.
var sshOptions = []sshOption{
	{name: "port", apply: (*SSH).setPort},
	{name: "key", apply: func(s *SSH, v string) error { s.Key = v; return nil }},
	{name: "o", apply: (*SSH).addSetting},
	{name: "dir", apply: (*SSH).setDir},
	{name: "keep", bare: true, apply: func(s *SSH, _ string) error { s.Keep = true; return nil }},
	{name: "run", apply: (*SSH).setRun},
	{name: "timeout", apply: (*SSH).setTimeout},
}

// parseSSH reads what stands behind ssh: of a target:
//
//	[user@]host[,option[=value]]…
//
// A comma, a quote or a backslash that belongs to a value is quoted as in a shell: inside '…' or "…", or with a
// backslash before it.
func parseSSH(text string) (*SSH, error) {
	fields, err := splitOptions(text)
	if err != nil {
		return nil, err
	}
	s := &SSH{Destination: fields[0], Dir: sshDir, Timeout: sshTimeout, Text: "ssh:" + text}
	if err := checkDestination(s.Destination); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, field := range fields[1:] {
		name, value, hasValue := strings.Cut(field, "=")
		i := slices.IndexFunc(sshOptions, func(o sshOption) bool { return o.name == name })
		switch {
		case i < 0:
			return nil, fmt.Errorf("%q is no option of ssh: there are %s", name, sshOptionNames())
		case seen[name] && name != "o":
			return nil, fmt.Errorf("the option %s is given twice", name)
		case sshOptions[i].bare && hasValue:
			return nil, fmt.Errorf("the option %s takes no value", name)
		case !sshOptions[i].bare && value == "":
			return nil, fmt.Errorf("the option %s needs a value: %s=…", name, name)
		case strings.ContainsRune(value, 0):
			return nil, fmt.Errorf("the option %s holds a NUL", name)
		}
		seen[name] = true
		if err := sshOptions[i].apply(s, value); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// checkDestination refuses what ssh would take for an option or for something else than a host.
func checkDestination(text string) error {
	_, host, hasUser := strings.Cut(text, "@")
	switch {
	case text == "" || hasUser && (host == "" || text[0] == '@'):
		return errors.New("there is no host: ssh:[user@]host")
	case text[0] == '-' || strings.HasPrefix(text, "//") || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return fmt.Errorf("%q is no host: ssh:[user@]host, and the port stands behind it as in ,port=22", text)
	}
	return nil
}

func sshOptionNames() string {
	var names []string
	for _, o := range sshOptions {
		if o.bare {
			names = append(names, o.name)
		} else {
			names = append(names, o.name+"=")
		}
	}
	return strings.Join(names, ", ")
}

func (s *SSH) setPort(value string) error {
	n, err := strconv.ParseUint(value, 10, 16)
	if err != nil || n == 0 {
		return fmt.Errorf("%q is no port: it needs a number from 1 to 65535", value)
	}
	s.Port = int(n)
	return nil
}

// addSetting takes one of ssh's own options as its -o takes it.
func (s *SSH) addSetting(value string) error {
	if name, _, ok := strings.Cut(value, "="); !ok || name == "" {
		return fmt.Errorf("o=%s: it needs o=NAME=VALUE, of which ssh_config(5) lists the names", value)
	}
	s.Settings = append(s.Settings, value)
	return nil
}

func (s *SSH) setDir(value string) error {
	if strings.HasPrefix(value, "-") || strings.HasPrefix(value, "~") || strings.Contains(value, "\n") {
		return fmt.Errorf("%q is no directory: it needs a path, which is relative to the home directory unless it begins with /", value)
	}
	s.Dir = value
	return nil
}

func (s *SSH) setRun(value string) (err error) {
	if s.Run, err = splitCommand(value); err != nil {
		return fmt.Errorf("run=%s: %w", value, err)
	}
	return nil
}

func (s *SSH) setTimeout(value string) error {
	n, err := strconv.ParseUint(value, 10, 32)
	s.Timeout = time.Duration(n) * time.Second
	if err != nil || n == 0 || s.Timeout > maxTimeout {
		return fmt.Errorf("timeout=%s: it needs a number of seconds from 1 to %.0f", value, maxTimeout.Seconds())
	}
	return nil
}

// splitOptions splits text at commas that are not quoted, and takes the quotes away. There is at least one field.
func splitOptions(text string) ([]string, error) {
	var fields []string
	var field []byte
	quote := byte(0) // that is open
	escaped := false
	for _, c := range []byte(text) {
		switch {
		case escaped:
			if quote == '"' && c != '"' && c != '\\' {
				field = append(field, '\\')
			}
			field = append(field, c)
			escaped = false
		case c == '\\' && quote != '\'':
			escaped = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote == 0 && c == ',':
			fields = append(fields, string(field))
			field = field[:0]
		default:
			field = append(field, c)
		}
	}
	if quote != 0 || escaped {
		return nil, errors.New("a quote or a backslash has no partner")
	}
	return append(fields, string(field)), nil
}
