package document_test

import (
	"testing"

	"github.com/ismskit/ismskit/ismskit/document"
)

// Whoever has a print in his hand types what stands on it.
func TestNumberAndVersionAreTypedAsTheyArePrinted(t *testing.T) {
	for typed, kept := range map[string]string{
		"1.3": "1.3", "1.3版": "1.3", " 1.3 版 ": "1.3", "V1.3": "1.3", "v 1.3": "1.3", "Ver. 1.3": "1.3", "第1.3版": "1.3", "版次：1.3": "1.3",
		"１．３": "1.3", "01.3": "1.3", "0.9": "0.9", "10.12版": "10.12", "": "", "1": "1", "最新版": "最新版", "1.3.1": "1.3.1", "00.1": "0.1",
	} {
		if is := document.TypedLabel(typed); is != kept {
			t.Errorf("version %q: %q, not %q", typed, is, kept)
		}
	}
	for typed, kept := range map[string]string{"is-02-008": "IS-02-008", " ＩＳ－02－008": "IS-02-008", "IS–02–008": "IS-02-008", "": "",
		"IS-02-009\u200b": "IS-02-009", "IS\u00ad-02-009\ufeff": "IS-02-009", "IS-02-\u202e009": "IS-02-009", "\u200b": ""} {
		if is := document.TypedNumber(typed); is != kept {
			t.Errorf("number %q: %q, not %q", typed, is, kept)
		}
	}
}
