package register

import "testing"

func TestEveryTextIsThereInBothLanguages(t *testing.T) {
	all, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	codes := []string{"no_list", "id", "other_row", "stale", "no_time", "deputy_begins", "deputy_from_past", "deputy_to_past", "deputy_empty", "deputy_self", "item_key_fixed", "term_backwards", "period_backwards", "member_person", "member_from", "member_begun"}
	for _, code := range codes {
		for lang, texts := range all {
			if texts[code] == "" {
				t.Errorf("%s has no text in %s", code, lang)
			}
		}
	}
	if len(all["zh-TW"]) != len(all["en"]) || len(all["en"]) != len(codes) {
		t.Errorf("texts nobody uses: %v", all)
	}
}
