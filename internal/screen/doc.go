// Package screen holds what all that is written for reading has in common: how wide it may be, and how lengths of time look.
package screen
