package document

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Every code that the code names has a text in every language, and none is idle.
func TestEveryCodeHasATextInEveryLanguage(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	call := regexp.MustCompile(`(?:refuse|refuseAt|notice|beside)\((?:[A-Za-z.]+, )?"([a-z_]+)"`)
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
		}
	}
	used["stopped_alone"], used["waiting_alone"], used["withdrawn_alone"] = true, true, true // made by beside
	used[NumberTold], used[NumberMust], used[NumberGiven] = true, true, true                 // by what the house's rule says
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for lang, texts := range all {
		for code := range used {
			if texts[code] == "" {
				t.Errorf("%s has no text in %s", code, lang)
			}
		}
		for code := range texts {
			if !used[code] {
				t.Errorf("%s in %s is used by nothing", code, lang)
			}
		}
	}
}
