package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/risugen/risugen/campaign"
)

// TestFullBar: a bar never says that all is done beside a number of jobs that says otherwise.
func TestFullBar(t *testing.T) {
	var b bytes.Buffer
	bar := campaignBar(&b, false)
	showBar(bar, campaign.State{Total: 1, Left: -1})
	showBar(bar, campaign.State{Done: 1, Total: 1, Left: -1})
	assert.Contains(t, b.String(), "0/1 jobs")
	assert.Contains(t, b.String(), "1/1 jobs")
	assert.NotRegexp(t, `0/1 jobs[^\r\n]*100%`, b.String())
	assert.Regexp(t, `1/1 jobs[^\r\n]*100%`, b.String())
}
