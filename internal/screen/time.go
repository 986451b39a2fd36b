package screen

import (
	"fmt"
	"time"
)

// Took writes how long something took: hundredths of a second below a minute, else the two largest units.
//
//	0.10 s   1 min 05 s   2 h 03 min   1 d 03 h
func Took(d time.Duration) string {
	if d = d.Round(10 * time.Millisecond); d < time.Minute {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return long(d)
}

// Seconds is Took of a number of seconds.
func Seconds(s float64) string { return Took(time.Duration(s * float64(time.Second))) }

// Span writes a length of time that nobody measured, such as a limit, as Took does, without decimals that say nothing.
//
//	20 s   1.5 s   1 min
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%g s", d.Seconds())
	case d < time.Hour && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < longest && d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return long(d)
}

// Left writes how long something will take: a guess, so that fractions of a second mean nothing.
func Left(d time.Duration) string { return Span(d.Truncate(time.Second)) }

// longest is from when on hours are counted in days.
const longest = 48 * time.Hour

// long writes a minute or more with the two largest units.
func long(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d >= longest:
		return fmt.Sprintf("%d d %02d h", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%d h %02d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d min %02d s", d/time.Minute, d%time.Minute/time.Second)
}
