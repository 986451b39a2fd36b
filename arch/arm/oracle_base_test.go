package arm

import "testing"

var a64Base = a64Dialect("a64.decode", "")

func TestBinutilsAgreesOnBase(t *testing.T) { a64Base.Check(t) }
