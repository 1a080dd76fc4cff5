package evidence

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every code that a report can name has a text in every language, and none is idle.
func TestEveryFindingHasATextInEveryLanguage(t *testing.T) {
	files, err := filepath.Glob("*.go")
	fatal(t, err)
	used := map[string]bool{}
	call := regexp.MustCompile(`(?:Code: |where\.Code = |[^.]say\(|line\(|at\(|checkpointFinding\()"([a-z_]+)"`)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		fatal(t, err)
		for _, m := range call.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
		}
	}
	scripts, err := filepath.Glob("page/*")
	fatal(t, err)
	word := regexp.MustCompile(`"(page_[a-z_]+)"`)
	for _, name := range scripts {
		src, err := os.ReadFile(name)
		fatal(t, err)
		for _, m := range word.FindAllStringSubmatch(string(src), -1) {
			used[m[1]] = true
		}
	}
	for _, part := range []string{PartDirectory, PartHeader, PartLitter, PartEnd, PartContent, PartForged, PartRenamed, PartGap} {
		used["container_"+part] = true
	}
	for _, part := range []string{PartPage, PartTrail, PartAttachment} {
		used["part_"+part] = true
	}
	for _, code := range []string{Malformed, OtherChain, Missing, OutOfOrder, Misnumbered, Unlinked, PayloadFalse, HeadFalse} {
		used["chain_"+code] = true
	}
	for _, code := range []string{CertificateFalse, CertificateOther, SignatureFalse, SignatureNewer, FieldsFalse} {
		used["chain_"+code] = true
	}
	// What the live audit finds beside a bundle's check.
	for _, code := range []string{"chain_row_false", "chain_row_missing", "chain_row_untold", "chain_index_false", "chain_payload_gone", "chain_values_false", "case_unreadable", "reader_stray", "definition_false", "definition_missing", "calendar_definition_false", "calendar_definition_missing", "attachment_untold", "attachment_lost"} {
		used[code] = true
	}
	used["report_earlier"], used["report_earlier_live"] = true, true
	for _, code := range liveTexts {
		used[code] = true
	}
	delete(used, "container_")
	delete(used, "chain_")
	delete(used, "part_")
	all, err := catalogue()
	fatal(t, err)
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
