package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// What P13 may not see: a document of 「密」, a record that is P07's and P04's alone, and a request
// that he has no part in. Each has a number and words of its own; the twins are names of nothing.
type unseen struct {
	document, number, digest string
	record, recordNumber     string
	request                  string
	words                    []string
}

const (
	hiddenNumber = "QQ-03-777"
	twinNumber   = "QQ-03-778"
	twinID       = "01a00000-0000-7000-8000-000000000000"
)

func hide(t *testing.T, h *webtest.House) unseen {
	t.Helper()
	keeper := ismskit.Actor{Person: "P07", Channel: "go"}
	file, err := h.Kit.Files().Upload(t.Context(), keeper, "鸚鵡螺.md", strings.NewReader("# 鸚鵡螺計畫\n\n壹、 鸚鵡螺計畫之弱點\n"))
	if err != nil {
		t.Fatal(err)
	}
	out := unseen{number: hiddenNumber, digest: file.Digest, words: []string{"鸚鵡螺", "藍閃蝶", "帝雉"}}
	out.document, err = h.Kit.Documents().Put(t.Context(), ismskit.System("test"), ismskit.Filing{
		WithVersion: true,
		Document:    document.Document{Number: hiddenNumber, Title: map[string]string{"zh-TW": "鸚鵡螺計畫"}, Level: 3, Class: ismskit.ClassConfidential},
		Version: document.Version{Label: "1.0", Issued: "2026-11-01", Description: "鸚鵡螺", Files: []document.File{{
			Name: file.Name, Digest: file.Digest, Size: file.Size, MediaType: file.MediaType, Main: true,
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	proof, err := h.Kit.Files().Upload(t.Context(), keeper, "藍閃蝶.txt", strings.NewReader("藍閃蝶訪談"))
	if err != nil {
		t.Fatal(err)
	}
	filed, err := h.Kit.Open(t.Context(), keeper, ismskit.Opening{Type: "execution_record", Submit: true, Values: forms.Values{
		"category": forms.Ref{List: "register/categories", ID: "C06"}, "subject": "藍閃蝶訪談紀錄", "kind": "minutes", "files": []forms.File{proof},
		"people": []forms.Person{{Kind: forms.InDirectory, ID: "P04"}}, "only": true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	out.record = filed.Case
	asked, err := h.Kit.Open(t.Context(), ismskit.Actor{Person: "P10", Channel: "go"}, ismskit.Opening{Type: "document_loan", Submit: true, Values: forms.Values{
		"asked": "帝雉棲地圖", "purpose": "帝雉", "period": forms.Period{From: calendar.Date{Year: 2026, Month: 11, Day: 24}, To: calendar.Date{Year: 2026, Month: 12, Day: 1}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	out.request = asked.Case
	h.Settle(t)
	found, err := h.Kit.Records().Query(t.Context(), keeper, record.Query{IDs: []string{"case/" + filed.Case}})
	if err != nil || len(found) != 1 {
		t.Fatalf("%d, %v", len(found), err)
	}
	out.recordNumber = found[0].Number
	return out
}

// bare is what a page says without what is different each time it is asked for, and without the
// names it was asked by.
func bare(text string, names ...string) string {
	for _, name := range names {
		for _, written := range []string{name, url.QueryEscape(name), url.PathEscape(name)} {
			text = strings.ReplaceAll(text, written, "■")
		}
	}
	return regexp.MustCompile(`value="(?:[0-9A-Z]{20,}|P13\.[^"]*)"|nonce-[^'"]*|[0-9]{2}:[0-9]{2}`).ReplaceAllString(text, "·")
}

// Nobody learns of what he may not see, wherever he asks: every address answers a clerk who names
// it as it answers for a name of nothing, and no page that he asks for says a word of it.
func TestNobodyLearnsOnAnyPageOfWhatHeMayNotSee(t *testing.T) {
	h := webtest.OpenHouse(t)
	secret := hide(t, h)
	clerk := h.As(t, "P13")
	common := map[string]string{
		"{label}": "1.0", "/people/{id}": "P12", "/roles/{id}": "system.system_admin", "/systems/{id}": "S02", "{list}": "systems", "{type}": "document_change",
		"{number}": "1", "{version}": "1.0", "{code}": "AAAA-BBBB-CCCC", "{$}": "", "{loan}": "none",
	}
	fill := func(route, id, digest string) string {
		values := maps.Clone(common)
		values["{id}"], values["{digest}"] = id, digest
		address := route
		for _, name := range slices.SortedFunc(maps.Keys(values), func(a, b string) int { return len(b) - len(a) }) {
			address = strings.ReplaceAll(address, name, strings.ReplaceAll(name, name[strings.Index(name, "{"):], values[name]))
		}
		if strings.Contains(address, "{") {
			t.Fatalf("no value for %s", route)
		}
		return address
	}
	tried := 0
	told := func(address string, page webtest.Reply) {
		t.Helper()
		tried++
		for _, word := range secret.words {
			if strings.Contains(page.Text, word) {
				t.Errorf("%s says %s", address, word)
			}
		}
	}
	noFile := strings.Repeat("0", 64)
	for _, route := range addressed(t) {
		for _, pair := range [][2]string{{secret.document, twinID}, {secret.number, twinNumber}, {secret.record, twinID}, {secret.request, twinID}} {
			hidden, twin := fill(route, pair[0], secret.digest), fill(route, pair[1], noFile)
			got := clerk.Get(hidden)
			told(hidden, got)
			if hidden == twin {
				break // it names nothing
			}
			want := clerk.Get(twin)
			if got.StatusCode != want.StatusCode || bare(got.Text, pair[0], secret.digest) != bare(want.Text, pair[1], noFile) {
				t.Errorf("%s: status %d, and %d for what is not there\n%s", hidden, got.StatusCode, want.StatusCode, firstDifference(bare(got.Text, pair[0], secret.digest), bare(want.Text, pair[1], noFile)))
			}
		}
	}
	// What is looked for by words or numbers.
	for _, asked := range [][3]string{
		{"/documents?q=", secret.number, twinNumber}, {"/documents?tab=3&q=", secret.number, twinNumber}, {"/documents?on=115.11.20&q=", secret.number, twinNumber},
		{"/records?q=", secret.number, twinNumber}, {"/records?form=", secret.number, twinNumber}, {"/records?q=", secret.recordNumber, "REC-115-9999"},
		{"/check?number=", secret.number, twinNumber}, {"/check?version=1.0&number=", secret.number, twinNumber}, {"/check?code=AAAA-BBBB-CCCC&number=", secret.number, twinNumber},
		{"/check?digest=", secret.digest, strings.Repeat("a", 64)}, {"/apply/document_change?op=revise&document=", secret.document, twinID}, {"/", "?case=" + secret.request, "?case=" + twinID},
	} {
		hidden, twin := asked[0]+url.QueryEscape(asked[1]), asked[0]+url.QueryEscape(asked[2])
		if asked[0] == "/" {
			hidden, twin = asked[0]+asked[1], asked[0]+asked[2]
		}
		got, want := clerk.Get(hidden), clerk.Get(twin)
		tried++
		if got.StatusCode != want.StatusCode || bare(got.Text, asked[1]) != bare(want.Text, asked[2]) {
			t.Errorf("%s: %d, and %d for what is not there\n%s", hidden, got.StatusCode, want.StatusCode, firstDifference(bare(got.Text, asked[1]), bare(want.Text, asked[2])))
		}
	}
	for _, words := range secret.words {
		page := clerk.Get("/records?q=" + url.QueryEscape(words))
		if none := clerk.Get("/records?q=" + url.QueryEscape("雲豹雲豹")); bare(page.Text, words) != bare(none.Text, "雲豹雲豹") {
			t.Errorf("looked for %s: %s", words, firstDifference(bare(page.Text, words), bare(none.Text, "雲豹雲豹")))
		}
	}
	if tried < 130 {
		t.Errorf("only %d addresses were tried", tried)
	}
	// He who may sees them: else nothing would be hidden from anybody.
	for person, at := range map[string]string{"P07": "/documents/" + secret.document, "P04": "/cases/" + secret.record, "P10": "/cases/" + secret.request} {
		if page := h.As(t, person).Get(at); page.StatusCode != http.StatusOK || !slices.ContainsFunc(secret.words, func(w string) bool { return strings.Contains(page.Text, w) }) {
			t.Errorf("%s at %s: %d", person, at, page.StatusCode)
		}
	}
}

// firstDifference is where two texts part.
func firstDifference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	around := func(s string) string { return strings.ToValidUTF8(s[max(0, i-80):min(len(s), i+120)], "") }
	return around(a) + "\n-- and --\n" + around(b)
}
