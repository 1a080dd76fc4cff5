package main

import (
	"strings"
	"testing"
)

// Whoever starts the demonstration is told in the house's language with whom to look at it.
func TestTheDemonstrationSaysWithWhomToLookAtIt(t *testing.T) {
	for lang, want := range map[string][2]string{
		"zh-TW": {"示範帳號的密碼一律為 " + demoPassword + "\n  ", "鍾明哲，"},
		"en":    {"demonstration: every account has the password " + demoPassword + "\n  ", ", "},
	} {
		said, err := admitDemo(options{lang: lang})
		if err != nil || !strings.HasPrefix(said, want[0]) || !strings.Contains(said, want[1]) || !strings.Contains(said, "  qh150013     ") || strings.Contains(said, "demo.") {
			t.Errorf("%s: %q, %v", lang, said, err)
		}
	}
}
