package calendar

import (
	"bytes"
	_ "embed" // the calendars lie beside the code
	"fmt"
	"sync"
)

// Key and versions of the embedded calendars.
const (
	TaiwanKey             = "tw-office"
	taiwanVersion         = "2017-2027.2025-06-13" // with 2025 as issued anew that day
	taiwanOriginalVersion = "2017-2027.original"
)

//go:embed data/tw-office-calendar-2017-2026.csv
var issued2017to2026 []byte

//go:embed data/tw-holidays-2025-reissued.json
var reissued2025 []byte

//go:embed data/tw-holidays-2027.json
var issued2027 []byte

// Taiwan returns the office calendar of the Taiwanese government for 2017 to 2027,
// with 2025 as it was issued anew on 2025-06-13. Source and licence are in
// data/README.md.
func Taiwan() *Calendar { return taiwan() }

// TaiwanAsIssued returns the same calendar with 2025 as first issued, which is what
// counted until 2025-06-13.
func TaiwanAsIssued() *Calendar { return taiwanAsIssued() }

var taiwanAsIssued = sync.OnceValue(func() *Calendar {
	return embedded(taiwanOriginalVersion, firstIssues())
})

var taiwan = sync.OnceValue(func() *Calendar {
	return embedded(taiwanVersion, Merge(firstIssues(), holidays(reissued2025)))
})

func firstIssues() []Day {
	days, err := ReadCSV(bytes.NewReader(issued2017to2026))
	return Merge(intact(days, err), holidays(issued2027))
}

func holidays(list []byte) []Day {
	days, err := ReadJSON(bytes.NewReader(list))
	return intact(days, err)
}

func embedded(version string, days []Day) *Calendar {
	c, err := New(TaiwanKey, version, days)
	return intact(c, err)
}

// intact panics when a file compiled into the program is broken, which no input can
// bring about.
func intact[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("calendar: embedded data: %v", err))
	}
	return v
}
