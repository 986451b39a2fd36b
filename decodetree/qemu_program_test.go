package decodetree

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The program around QEMU's C decoder reads words and writes, for each, the number of the pattern whose
// translator took it, the bits that it loaded, and the arguments.

// functionNames gives the !functions that fields use, and which of them read no bits.
func (c *qemuDecoder) functionNames() (names []string, parameter map[string]bool) {
	parameter = map[string]bool{}
	for _, p := range c.spec.Patterns {
		for _, b := range p.Args {
			if b.Field != nil && b.Field.Func != "" && !slices.Contains(names, b.Field.Func) {
				names = append(names, b.Field.Func)
				parameter[b.Field.Func] = len(b.Field.Parts) == 0
			}
		}
	}
	slices.Sort(names)
	return names, parameter
}

// defineFunctions lets each !function compute something of its own, which the C file does, too.
func (c *qemuDecoder) defineFunctions() {
	c.spec.Functions = map[string]Function{}
	names, _ := c.functionNames()
	for i, name := range names {
		c.spec.Functions[name] = Function{Apply: func(raw int64) (int64, bool) {
			return int64(int32(uint32(raw)*3 + uint32(i) + 1)), true
		}}
	}
}

const qemuPrelude = `#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
typedef struct { uint64_t word; uint32_t refuse; struct { int32_t number, loaded; int64_t args[64]; } found; } DisasContext;
static uint32_t extract32(uint32_t v, int at, int n) { return v >> at & ~0u >> (32 - n); }
static int32_t sextract32(uint32_t v, int at, int n) { return (int32_t)(v << (32 - n - at)) >> (32 - n); }
static uint64_t extract64(uint64_t v, int at, int n) { return v >> at & ~0ull >> (64 - n); }
static int64_t sextract64(uint64_t v, int at, int n) { return (int64_t)(v << (64 - n - at)) >> (64 - n); }
static uint32_t deposit32(uint32_t v, int at, int n, uint32_t x)
{ uint32_t m = ~0u >> (32 - n) << at; return v & ~m | x << at & m; }
static uint64_t deposit64(uint64_t v, int at, int n, uint64_t x)
{ uint64_t m = ~0ull >> (64 - n) << at; return v & ~m | x << at & m; }
static bool found(DisasContext *ctx, uint32_t number)
{
    uint32_t mixed = ((number + 1) * 0x9e3779b1 ^ (uint32_t)ctx->word ^ ctx->refuse) * 0x85ebca6b;
    if (ctx->refuse && mixed >> 31)
        return false;
    ctx->found.number = number;
    return true;
}
`

const qemuMain = `int main(void)
{
    static uint64_t words[1 << 16];
    uint32_t head[2];
    while (fread(head, sizeof head, 1, stdin) == 1) {
        if (head[0] > 1 << 16 || fread(words, 8, head[0], stdin) != head[0])
            return 1;
        for (uint32_t i = 0; i < head[0]; i++) {
            DisasContext ctx = { words[i], head[1], { -1, 0 } };
            run(&ctx);
            int n = ctx.found.number < 0 ? 0 : counts[ctx.found.number];
            fwrite(&ctx.found, 8 + 8 * n, 1, stdout);
        }
        fflush(stdout);
    }
    return 0;
}
`

// accept is what the C file's found does: half of what it is asked is refused, by the number refuse.
func (c *qemuDecoder) accept(refuse uint32) func(*Pattern, uint64) bool {
	if refuse == 0 {
		return nil
	}
	return func(p *Pattern, word uint64) bool {
		mixed := ((uint32(c.numbers[p.Name])+1)*0x9e3779b1 ^ uint32(word) ^ refuse) * 0x85ebca6b
		return mixed>>31 == 0
	}
}

// plainTypes are C types that need no definition, and what becomes of a number in them.
var plainTypes = map[string]func(int64) int64{
	"int":      func(v int64) int64 { return int64(int32(v)) },
	"bool":     func(v int64) int64 { return min(v&1|v>>1&1, 1) },
	"int64_t":  func(v int64) int64 { return v },
	"uint64_t": func(v int64) int64 { return v },
	"size_t":   func(v int64) int64 { return v },
	"uint32_t": func(v int64) int64 { return int64(uint32(v)) },
	"uint16_t": func(v int64) int64 { return int64(uint16(v)) },
	"uint8_t":  func(v int64) int64 { return int64(uint8(v)) },
}

// source writes the program around the script's output.
func (c *qemuDecoder) source(decoder string) string {
	var out strings.Builder
	out.WriteString(qemuPrelude)
	told := map[string]bool{}
	for _, set := range c.spec.ArgSets {
		for _, a := range set.Args {
			if plainTypes[a.Type] == nil && !told[a.Type] {
				told[a.Type] = true
				fmt.Fprintf(&out, "typedef int %s;\n", a.Type)
			}
		}
		if set.Extern {
			out.WriteString("typedef struct {")
			for _, a := range set.Args {
				fmt.Fprintf(&out, " %s %s;", a.Type, a.Name)
			}
			fmt.Fprintf(&out, " } arg_%s;\n", set.Name)
		}
	}
	names, parameter := c.functionNames()
	for i, name := range names {
		if parameter[name] {
			fmt.Fprintf(&out, "static int %s(DisasContext *ctx) { return %d; }\n", name, i+1)
		} else {
			fmt.Fprintf(&out, "static int %s(DisasContext *ctx, uint32_t x) { return x * 3 + %d; }\n", name, i+1)
		}
	}
	c.loader(&out)
	fmt.Fprintf(&out, "#include %q\n", decoder)
	c.translators(&out)
	run := "decode(ctx, ctx->word)"
	if c.spec.Options.VarInsnWidth {
		run = "decode(ctx, decode_load(ctx))"
	}
	fmt.Fprintf(&out, "static void run(DisasContext *ctx) { %s; }\n%s", run, qemuMain)
	return out.String()
}

// loader gives the bytes of a word of variable width one by one, from the top.
func (c *qemuDecoder) loader(out *strings.Builder) {
	if w := c.spec.Options.InsnWidth; c.spec.Options.VarInsnWidth {
		fmt.Fprintf(out, "static uint%d_t decode_load_bytes(DisasContext *ctx, uint%d_t insn, int from, int to)\n", w, w)
		fmt.Fprintf(out, "{ ctx->found.loaded = 8 * to; return ctx->word >> (%d - 8 * to) << (%d - 8 * to); }\n", w, w)
	}
}

func (c *qemuDecoder) translators(out *strings.Builder) {
	var counts []string
	for number, name := range c.names {
		set := c.spec.ByName(name)[0].ArgSet
		fmt.Fprintf(out, "static bool trans_%s(DisasContext *ctx, arg_%s *a) {", name, name)
		for i, a := range set.Args {
			fmt.Fprintf(out, " ctx->found.args[%d] = (int64_t)a->%s;", i, a.Name)
		}
		fmt.Fprintf(out, " return found(ctx, %d); }\n", number)
		counts = append(counts, strconv.Itoa(len(set.Args)))
	}
	fmt.Fprintf(out, "static const int counts[] = { %s };\n", strings.Join(append(counts, "0"), ", "))
}
