package forms

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every code that the sources mention has a text in every language, and every text is for a code.
func TestEveryCodeHasATextInEveryLanguage(t *testing.T) {
	texts, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"compute_division": true, "compute_overflow": true, "compute_work": true, "compute_type": true,
		"date_range": true, "time_format": true, "time_no_such_time": true, "want_text": true, "want_boolean": true,
		"date_format": true, "expression_kind": true, "json_size": true, "json_utf8": true, "text_utf8": true, "row": true, "row_titled": true}
	for kind := range fileKinds {
		used["kind_"+kind] = true
	}
	call := regexp.MustCompile(`(?:fault|Problem|fail|say|whySaid)\((?:in\.Lang, |"en", )?"([a-z_]+)"|Code: +"([a-z_]+)"|refuse\([a-z]+, "([a-z_]+)"` +
		`|(?:code :?= |\brunes, |\bs, )"([a-z_]+)"|return "(required[a-z_]*)"|checkedText\{in, [a-zA-Z]+, "([a-z_]+)"|Cell[A-Z][a-z]+ += "([a-z_]+)"`)
	ours := regexp.MustCompile(`^(missing|overflow|division|work|type|compute_|want_|zh|en|kind_)$`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range call.FindAllStringSubmatch(string(source), -1) {
			code := strings.Join(found[1:], "")
			if ours.MatchString(code) && code != "type" || used[code] {
				continue
			}
			used[code] = true
		}
	}
	for _, lang := range []string{"zh-TW", "en"} {
		for code := range used {
			if texts[lang][code] == "" {
				t.Errorf("%s: no text for %q", lang, code)
			}
		}
		for code := range texts[lang] {
			if !used[code] {
				t.Errorf("%s: nothing uses the text %q", lang, code)
			}
		}
	}
}

func TestTextsAreWrittenAsAnOfficeWrites(t *testing.T) {
	texts, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for code, zh := range texts["zh-TW"] {
		if strings.ContainsAny(zh, "!！?") || strings.Contains(zh, "你") || strings.Contains(zh, "null") || strings.Contains(zh, "JSON") {
			t.Errorf("%s: %s", code, zh)
		}
		english := texts["en"][code]
		for _, name := range placeholder.FindAllString(zh, -1) {
			if !strings.Contains(english, name) && name != "{field}" {
				t.Errorf("%s: %s is in zh-TW only", code, name)
			}
		}
	}
}

func TestATextFallsBack(t *testing.T) {
	full := Text{"zh-TW": "系統", "en": "System", "ja": "システム"}
	for lang, want := range map[string]string{"zh-TW": "系統", "zh-CN": "系統", "en-GB": "System", "ja": "システム", "ko": "系統", "": "系統"} {
		if got := full.In(lang); got != want {
			t.Errorf("%q: %q, want %q", lang, got, want)
		}
	}
	if got := (Text{"ja": "システム"}).In("zh-TW"); got != "システム" {
		t.Errorf("with only one language: %q", got)
	}
	if got := Text(nil).In("en"); got != "" {
		t.Errorf("without a text: %q", got)
	}
}

func TestMessagesOfInvalid(t *testing.T) {
	bad := Invalid{
		{Field: "lines.system", Row: 2, RowID: "b", Code: "required_choose", Label: Text{"zh-TW": "系統", "en": "System"}},
		{Field: "amount", Code: "too_large", Params: map[string]any{"max": Decimal{125, 1}}, Label: Text{"zh-TW": "金額", "en": "Amount"}},
		{Field: "x", Code: "colour_of_nothing"},
	}
	want := []string{"Row 2: Please choose System.", "Please enter 12.5 or less for Amount.", "colour_of_nothing"}
	for i, got := range bad.Messages("en") {
		if got != want[i] {
			t.Errorf("got %q, want %q", got, want[i])
		}
	}
	if got := bad.Error(); got != "forms: invalid: lines.2.system: required_choose; amount: too_large; x: colour_of_nothing" {
		t.Error(got)
	}
	if Invalid(nil).Err() != nil || bad.Err() == nil {
		t.Error("an empty Invalid is no error")
	}
	if n := len(bad.At("lines.2")); n != 1 {
		t.Errorf("%d faults in row 2", n)
	}
}
