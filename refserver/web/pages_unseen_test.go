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
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// What P13 may not see: a document of 「密」, a record that is P07's and P04's alone, and a request
// that he has no part in. Each has a number and words of its own; the twins are names of nothing.
type unseen struct {
	document, number, digest string
	record, recordNumber     string
	request, taken           string
	words                    []string
}

// pairs are what is hidden, each beside a name of nothing.
func (u unseen) pairs() [][2]string {
	return [][2]string{{u.document, twinID}, {u.number, twinNumber}, {u.record, twinID}, {u.request, twinID}, {u.taken, twinID}, {"H77", "H78"}, {"K77", "K78"}, {"C77", "C78"}}
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
	out := unseen{number: hiddenNumber, digest: file.Digest, words: []string{"鸚鵡螺", "藍閃蝶", "帝雉", "穿山甲", "石虎", "黑面琵鷺"}}
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
	officer := h.As(t, "P07")
	index := filled(t, officer.Get("/records/import/index.xlsx").Text, map[string]string{"種類": "執行紀錄", "名稱或主旨": "穿山甲會議", "檔案名稱": "a.txt", "分類": "教育訓練", "文件日期": "108.11.20"})
	sent := officer.SendAs("/records/import", "package", "穿山甲.zip", zipped(t, "索引表.xlsx", index, "a.txt", "穿山甲")).Says(t, http.StatusOK, "穿山甲會議")
	out.taken = regexp.MustCompile(`/records/import/([0-9a-f-]{36})/begin`).FindStringSubmatch(sent.Text)[1]
	for list, row := range map[string]forms.Values{
		register.RetentionRules: {"name": "石虎案", "applies": "case", "keep": "years", "n": int64(9)},
		register.LegalHolds:     {"name": "石虎案", "basis": "石虎訴訟", "from": calendar.Date{Year: 2026, Month: 11, Day: 23}, "numbers": []forms.Row{{forms.RowID: "n1", "number": "石虎-1"}}},
	} {
		if _, err := h.Kit.Registers().Put(t.Context(), ismskit.System("test"), ismskit.RowChange{List: list, ID: map[string]string{register.RetentionRules: "K77", register.LegalHolds: "H77"}[list], Values: row, Reason: "石虎"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []ismskit.RowChange{ // named after what is investigated: nobody but its readers and who keeps records knows of it
		{ID: "C77", Values: forms.Values{"name": "黑面琵鷺專案", "alone": true, "read_people": []forms.Ref{{List: "register/people", ID: "P04"}}, "maintain_people": []forms.Ref{{List: "register/people", ID: "P04"}}}},
		{ID: "C79", Values: forms.Values{"name": "黑面琵鷺訪談", "parent": forms.Ref{List: "register/categories", ID: "C77"}}},
	} {
		c.List, c.Reason = register.Categories, "黑面琵鷺案開案"
		if _, err := h.Kit.Registers().Put(t.Context(), ismskit.System("test"), c); err != nil {
			t.Fatal(err)
		}
	}
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

// filledIn is a route about something of an id, and a file of a digest.
func filledIn(t *testing.T, route, id, digest string) string {
	t.Helper()
	list := map[string]string{"H": register.LegalHolds, "K": register.RetentionRules, "C": register.Categories}[id[:1]]
	if list == "" || len(id) > 3 {
		list = register.Systems
	}
	values := map[string]string{
		"{label}": "1.0", "/people/{id}": "P12", "/roles/{id}": "system.system_admin", "/systems/{id}": "S02", "{list}": list, "{type}": "document_change",
		"{number}": "1", "{version}": "1.0", "{code}": "AAAA-BBBB-CCCC", "{$}": "", "{loan}": id, "{id}": id, "{digest}": digest,
	}
	address := route
	for _, name := range slices.SortedFunc(maps.Keys(values), func(a, b string) int { return len(b) - len(a) }) {
		address = strings.ReplaceAll(address, name, strings.ReplaceAll(name, name[strings.Index(name, "{"):], values[name]))
	}
	if strings.Contains(address, "{") {
		t.Fatalf("no value for %s", route)
	}
	return address
}

// Nobody learns of what he may not see, wherever he asks: every address answers a clerk who names
// it as it answers for a name of nothing, and no page that he asks for says a word of it.
func TestNobodyLearnsOnAnyPageOfWhatHeMayNotSee(t *testing.T) {
	h := webtest.OpenHouse(t)
	secret := hide(t, h)
	clerk := h.As(t, "P13")
	fill := func(route, id, digest string) string { return filledIn(t, route, id, digest) }
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
		for _, pair := range secret.pairs() {
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
		{"/records?category=", "C77", "C78"}, {"/records?category=", "C79", "C78"}, {"/lists/categories?q=", "黑面琵鷺", "雲豹雲豹"}, {"/apply/execution_record?category=", "C77", "C78"},
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
	for person, at := range map[string]string{"P07": "/documents/" + secret.document, "P04": "/cases/" + secret.record, "P05": "/lists/categories/C79", "P10": "/cases/" + secret.request} {
		if page := h.As(t, person).Get(at); page.StatusCode != http.StatusOK || !slices.ContainsFunc(secret.words, func(w string) bool { return strings.Contains(page.Text, w) }) {
			t.Errorf("%s at %s: %d", person, at, page.StatusCode)
		}
	}
}

// Nor does he learn of it by what he sends: every form that a page takes, about a thing that he may
// not see and filled in with its name, answers as it does for a name of nothing.
func TestNobodyLearnsFromAnyFormOfWhatHeMayNotSee(t *testing.T) {
	h := webtest.OpenHouse(t)
	secret := hide(t, h)
	clerk := h.As(t, "P13")
	noFile := strings.Repeat("0", 64)
	// fields are what the forms of the pages send, named or found by a thing's name.
	fields := func(id, digest string) []string {
		return []string{
			"op", "revise", "document", id, "document.find", id, "case", id, "id", id, "number", id, "q", id, "version", "1.1", "bump", "minor", "note", "修訂", "issue_on", "115.12.01", "file", digest, "digest", digest, "code", "AAAA-BBBB-CCCC",
			"asked", "文件", "purpose", "稽核", "category", id, "category.find", id, "subject", "紀錄", "kind", "minutes", "reason", "測試", "comment", "測試", "verb", "comment", "year", "114", "seen", "1", "revision", "1", "item", id, "name", "檢視 " + id[:3], "list", "records",
			"original", id, "original.find", id, "basis", "檔案法", "lines.1.number", id, "parent", id, "supersedes", id, "approval_way", "register", "approver", "局長", "issued", "115.11.23", "do", "submit", "send", "1", "page", "records", "filter", "form=" + id,
		}
	}
	tried := 0
	for _, route := range routed(t, "POST") {
		if slices.Contains([]string{"/logout", "/login", "/views"}, route) {
			continue // they name nothing of the house, or are a list of his own
		}
		for _, typ := range []string{"document_change", "document_loan", "execution_record"} {
			if typ != "document_change" && !strings.Contains(route, "{type}") {
				break
			}
			for _, pair := range secret.pairs() {
				address := func(id, digest string) string {
					return filledIn(t, strings.ReplaceAll(route, "{type}", typ), id, digest)
				}
				got := clerk.Post(address(pair[0], secret.digest), fields(pair[0], secret.digest)...)
				want := clerk.Post(address(pair[1], noFile), fields(pair[1], noFile)...)
				tried++
				a, b := bare(got.Text, pair[0], secret.digest), bare(want.Text, pair[1], noFile)
				if got.StatusCode != want.StatusCode || a != b {
					t.Errorf("%s of %s: %d, and %d for what is not there\n%s", route, pair[0], got.StatusCode, want.StatusCode, firstDifference(a, b))
				}
				for _, word := range secret.words {
					if strings.Contains(got.Text, word) {
						t.Errorf("%s of %s says %s", route, pair[0], word)
					}
				}
			}
		}
	}
	if tried < 350 {
		t.Errorf("only %d forms were sent", tried)
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
