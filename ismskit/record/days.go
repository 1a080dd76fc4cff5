package record

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// A day is kept as 2026-11-30, and stands on the pages as 115.11.30 or 民國115年11月30日.
// Whoever searches types what he has read.

var (
	minguoDay = regexp.MustCompile(`(?:民國)?\b(\d{2,3})(?:[./](\d{1,2})[./](\d{1,2})\b|年(\d{1,2})月(\d{1,2})日)`)
	isoDay    = regexp.MustCompile(`\b(\d{4})-(\d\d)-(\d\d)\b`)
)

// Readings returns what a query may mean, each of which suffices: as it was typed, and
// with the days in it as they are kept and as the pages write them.
func Readings(query string) [][]Term {
	out := [][]Term{Terms(query)}
	folded := Fold(query)
	for _, other := range []string{
		minguoDay.ReplaceAllStringFunc(folded, kept),
		isoDay.ReplaceAllStringFunc(minguoDay.ReplaceAllStringFunc(folded, kept), onPages),
	} {
		if other != folded {
			out = append(out, Terms(other))
		}
	}
	return out
}

// kept is a day as it is kept; what is none stays as it is.
func kept(day string) string {
	m := minguoDay.FindStringSubmatch(day)
	year, err := strconv.Atoi(m[1])
	if err != nil {
		return day
	}
	iso := fmt.Sprintf("%04d-%02s-%02s", year+1911, m[2]+m[4], m[3]+m[5])
	if _, err := time.Parse(time.DateOnly, iso); err != nil {
		return day
	}
	return " " + iso + " "
}

// onPages is a day that is kept as tables write it.
func onPages(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil || day.Year() <= 1911 {
		return iso
	}
	return fmt.Sprintf(" %d.%02d.%02d ", day.Year()-1911, day.Month(), day.Day())
}
