//go:build linux

package main

import (
	"image/color"
	"os"

	"github.com/dustin/go-humanize"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// draw writes the plot: time above, memory below, executions along both.
func draw(path string, points []point) error {
	times, err := panel(points, "seconds", func(p point) float64 { return p.seconds })
	if err != nil {
		return err
	}
	times.Title.Text = "Both sides and the comparison, on two cores"
	times.Y.Scale, times.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	times.Add(proportional(points))
	memory, err := panel(points, "megabytes of risugen itself", func(p point) float64 { return p.megabytes })
	if err != nil {
		return err
	}
	memory.Y.Min = 0
	memory.Legend.Top, memory.Legend.Left = true, true
	times.Legend.Top, times.Legend.Left = true, true

	canvas := vgsvg.New(18*vg.Centimeter, 22*vg.Centimeter)
	all := vgdraw.New(canvas)
	// On a dark page, too, it is to be seen.
	all.FillPolygon(color.White, []vg.Point{{}, {X: all.Max.X}, all.Max, {Y: all.Max.Y}})
	tiles := vgdraw.Tiles{Rows: 2, Cols: 1, PadY: 6 * vg.Millimeter, PadTop: 3 * vg.Millimeter, PadBottom: 2 * vg.Millimeter, PadRight: 5 * vg.Millimeter, PadLeft: 2 * vg.Millimeter}
	for i, c := range plot.Align([][]*plot.Plot{{times}, {memory}}, tiles, all) {
		[]*plot.Plot{times, memory}[i].Draw(c[0])
	}
	return replace(path, func(f *os.File) error {
		_, err := canvas.WriteTo(f)
		return err
	})
}

// panel plots a quantity of every series.
func panel(points []point, what string, of func(point) float64) (*plot.Plot, error) {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = "instructions executed and compared", what
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, numbers{}
	p.Add(plotter.NewGrid())
	for i, s := range allSeries {
		var xys plotter.XYs
		for _, pt := range points {
			if pt.series == s.name {
				xys = append(xys, plotter.XY{X: pt.executions, Y: of(pt)})
			}
		}
		if len(xys) == 0 {
			continue
		}
		line, dots, err := plotter.NewLinePoints(xys)
		if err != nil {
			return nil, err
		}
		line.Color, dots.Color = colours[i], colours[i]
		line.Width, dots.Radius = vg.Points(1.2), vg.Points(1.8)
		dots.Shape = vgdraw.CircleGlyph{}
		p.Add(line, dots)
		p.Legend.Add(s.name, line, dots)
	}
	return p, nil
}

// proportional is the line through the first series' last point on which time is in proportion to executions.
func proportional(points []point) *plotter.Line {
	last := point{}
	for _, p := range points {
		if p.series == points[0].series && p.executions > last.executions {
			last = p
		}
	}
	line, err := plotter.NewLine(plotter.XYs{{X: last.executions / 100, Y: last.seconds / 100}, {X: last.executions, Y: last.seconds}})
	if err != nil {
		panic(err) // the points are numbers
	}
	line.Color, line.Dashes = color.Gray{0x80}, []vg.Length{vg.Points(3), vg.Points(3)}
	return line
}

// numbers marks powers of ten with their SI prefix: "10 M".
type numbers struct{}

// Ticks implements plot.Ticker.
func (numbers) Ticks(low, high float64) []plot.Tick {
	ticks := plot.LogTicks{Prec: -1}.Ticks(low, high)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = humanize.SI(ticks[i].Value, "")
		}
	}
	return ticks
}

var colours = []color.Color{
	color.RGBA{0x1f, 0x5f, 0xbf, 0xff}, color.RGBA{0xc0, 0x39, 0x2b, 0xff},
	color.RGBA{0x7f, 0xb2, 0xe5, 0xff}, color.RGBA{0xf0, 0x9a, 0x8a, 0xff},
}
