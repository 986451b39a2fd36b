package arm

import "github.com/risugen/risugen/internal/archtest"

// twins are patterns that cannot be told apart.
var twins = []archtest.Twin{}
