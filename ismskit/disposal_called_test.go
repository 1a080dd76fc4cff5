package ismskit

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/record"
)

// Of a record that has no number, and whose type the host has taken out, those who may know nothing of
// what it says learn its day: what a list leaves for ever is read by more than read the record.
func TestARecordOfNoTypeIsNotCalledByItsSubject(t *testing.T) {
	k := &Kit{core: &core{location: time.UTC, kinds: &kinds{}}}
	bare := k.recordBare(record.Record{Type: "interview", Subject: "王大明訪談", Closed: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
	for lang, want := range map[string]string{"zh-TW": "紀錄 115.03.01", "en": "Record 1 Mar 2026"} {
		if bare[lang] != want {
			t.Errorf("in %s it is called %q, want %q", lang, bare[lang], want)
		}
	}
}
