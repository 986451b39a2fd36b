package main

import (
	"fmt"

	"github.com/risugen/risugen/arch"
	"github.com/risugen/risugen/campaign"
	"github.com/risugen/risugen/runtime"
)

// catalog is what a campaign's plan has to know of CPU models.
type catalog struct {
	key  string // of the machine that was asked for last: a plan asks for all that it needs of one in a row
	last arch.Machine
}

// CPUs implements campaign.Catalog.
func (*catalog) CPUs() []arch.CPU {
	var out []arch.CPU
	for _, a := range arches {
		out = append(out, a.CPUs()...)
	}
	return out
}

// Check implements campaign.Catalog: it makes a program of one instruction.
func (c *catalog) Check(p campaign.Params) error {
	g := jobGenFlags(&p)
	config, err := g.config()
	if err != nil {
		return err
	}
	if key := fmt.Sprintf("%+v", config); key != c.key {
		m, err := machineOf(config)
		if err != nil {
			return err
		}
		c.key, c.last = key, m
	}
	_, _, err = g.program(c.last)
	return err
}

// CheckTarget implements campaign.Catalog.
func (*catalog) CheckTarget(command string) error {
	_, err := runtime.ParseTarget(command)
	return err
}

// jobGenFlags are the flags of risugen check that make a job's image.
func jobGenFlags(p *campaign.Params) *genFlags {
	return &genFlags{
		cpu: p.CPU, abi: p.ABI, order: p.Order, isas: p.ISAs, patterns: p.Patterns, without: p.NotPatterns, count: p.Count,
		block: p.Block, rounds: p.Rounds, seed: p.Seed, edges: p.Edges, reserved: p.Reserved, misaligned: p.Misaligned, traps: p.Traps,
		code: codeFlags{given: func(string) bool { return false }},
	}
}
