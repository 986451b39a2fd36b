package junit

import (
	"encoding/xml"
	"strconv"
)

// Suites is a file.
type Suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     Text     `xml:"name,attr,omitempty"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Errors   int      `xml:"errors,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Time     Seconds  `xml:"time,attr"`
	Suites   []*Suite `xml:"testsuite"`
}

// Suite is cases that belong together.
type Suite struct {
	Name       Text        `xml:"name,attr"`
	Tests      int         `xml:"tests,attr"`
	Failures   int         `xml:"failures,attr"`
	Errors     int         `xml:"errors,attr"`
	Skipped    int         `xml:"skipped,attr"`
	Time       Seconds     `xml:"time,attr"`
	Properties *Properties `xml:"properties"` // nil: none
	Cases      []*Case     `xml:"testcase"`
	SystemOut  Text        `xml:"system-out,omitempty"`
}

// Properties is a list that is left out where it is empty.
type Properties struct {
	List []Property `xml:"property"`
}

// Property is a name and a value.
type Property struct {
	Name  Text `xml:"name,attr"`
	Value Text `xml:"value,attr"`
}

// Case is a test. At most one of Skipped, Error and Failure is set; none: it passed.
type Case struct {
	Name      Text    `xml:"name,attr"`
	Classname Text    `xml:"classname,attr"`
	Time      Seconds `xml:"time,attr"`
	Skipped   *Reason `xml:"skipped"`
	Error     *Reason `xml:"error"`
	Failure   *Reason `xml:"failure"`
	SystemOut Text    `xml:"system-out,omitempty"`
}

// Reason is why a case did not pass.
type Reason struct {
	Message Text `xml:"message,attr"` // a line
	Type    Text `xml:"type,attr,omitempty"`
	Text    Text `xml:",chardata"`
}

// Seconds is a duration, written with three decimals.
type Seconds float64

// MarshalText implements encoding.TextMarshaler.
func (s Seconds) MarshalText() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(s), 'f', 3, 64), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Seconds) UnmarshalText(b []byte) error {
	v, err := strconv.ParseFloat(string(b), 64)
	*s = Seconds(v)
	return err
}

// Add adds a suite and its numbers.
func (s *Suites) Add(suite *Suite) {
	suite.count()
	s.Suites = append(s.Suites, suite)
	s.Tests += suite.Tests
	s.Failures += suite.Failures
	s.Errors += suite.Errors
	s.Skipped += suite.Skipped
	s.Time += suite.Time
}

// count counts the cases.
func (s *Suite) count() {
	s.Tests, s.Failures, s.Errors, s.Skipped = len(s.Cases), 0, 0, 0
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}
