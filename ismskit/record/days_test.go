package record_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit/record"
)

// A day is found as the pages print it, whichever way the text has it.
func TestADayIsFoundAsPagesWriteIt(t *testing.T) {
	for text, queries := range map[string][]string{
		"起日 2026-11-30":   {"115.11.30", "115/11/30", "民國115年11月30日", "115年11月30日", "2026-11-30", "１１５．１１．３０", "起日 115.11.30"},
		"會議 115.11.30 上午": {"115.11.30", "2026-11-30", "民國115年11月30日", "會議115年11月30日上午"},
		"115年11月30日會議紀錄":  {"115年11月30日", "115年11月30日會議"},
		"版次 1.4、10.1.2.3": {"10.1.2.3", "1.4"},
	} {
		terms := record.Bigrams(text)
		for _, q := range queries {
			if !record.Holds(terms, record.Readings(q)) {
				t.Errorf("%q is not found by %q: %v", text, q, record.Readings(q))
			}
		}
		for _, q := range []string{"115.12.30", "114年11月30日", "2026-11-03", "115.13.30"} {
			if record.Holds(terms, record.Readings(q)) {
				t.Errorf("%q is found by %q", text, q)
			}
		}
	}
}
