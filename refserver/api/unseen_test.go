package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// unseen is what a clerk may not see, thing by thing, each beside a name of nothing that is as
// long; words are what it says.
type unseen struct {
	things map[string][2]string // ids and numbers
	digest [2]string
	loan   [2]string
	words  []string
	kept   string // what is for those who keep the lists too
}

// noID is the id of nothing, another one for each thing.
func noID(n int) string { return fmt.Sprintf("01a00000-0000-7000-8000-%012d", n) }

// hide lets the house have a document of 「密」 that is lent to one person, a record that is two people's
// alone, a request, an import, a list for disposal, a rule of retention and a hold.
func hide(t *testing.T, s *server) unseen {
	t.Helper()
	keeper := ismskit.Actor{Person: "P07", Channel: "go"}
	out := unseen{things: map[string][2]string{}, words: []string{"鸚鵡螺", "藍閃蝶", "帝雉", "穿山甲", "石虎"}}
	upload := func(name, text string) forms.File {
		t.Helper()
		f, err := s.kit.Files().Upload(t.Context(), keeper, name, strings.NewReader(text))
		must(t, err)
		return f
	}
	opened := func(person, typ string, v forms.Values) string {
		t.Helper()
		r, err := s.kit.Open(t.Context(), ismskit.Actor{Person: person, Channel: "go"}, ismskit.Opening{Type: typ, Submit: true, Values: v})
		must(t, err)
		s.settle()
		return r.Case
	}
	file := upload("鸚鵡螺.md", "# 鸚鵡螺計畫\n\n壹、 鸚鵡螺計畫之弱點\n")
	doc, err := s.kit.Documents().Put(t.Context(), ismskit.System("test"), ismskit.Filing{
		WithVersion: true,
		Document:    document.Document{Number: "QQ-03-777", Title: map[string]string{"zh-TW": "鸚鵡螺計畫"}, Level: 3, Class: ismskit.ClassConfidential},
		Version: document.Version{Label: "1.0", Issued: "2026-11-01", Description: "鸚鵡螺", Files: []document.File{{
			Name: file.Name, Digest: file.Digest, Size: file.Size, MediaType: file.MediaType, Main: true,
		}}},
	})
	must(t, err)
	out.things["document"], out.things["number"], out.digest = [2]string{doc, noID(1)}, [2]string{"QQ-03-777", "QQ-03-778"}, [2]string{file.Digest, strings.Repeat("0", 64)}
	period := forms.Period{From: calendar.Date{Year: 2026, Month: 11, Day: 23}, To: calendar.Date{Year: 2026, Month: 12, Day: 1}}
	asked := opened("P10", "document_loan", forms.Values{"asked": "帝雉棲地圖", "purpose": "帝雉", "period": period})
	out.things["case"] = [2]string{asked, noID(2)}
	for _, by := range []string{"P07", "P01"} {
		act := ismskit.Action{Verb: "approve"}
		if by == "P07" {
			act.Values = forms.Values{"document": forms.Ref{List: "document", ID: doc}}
		}
		_, err := s.kit.Act(t.Context(), ismskit.Actor{Person: by, Channel: "go"}, asked, act)
		must(t, err)
		s.settle()
	}
	loans := s.call("qh110007", "GET", "/documents/QQ-03-777/loans", nil).want(200)
	out.loan = [2]string{loans.text("loans", 0, "id"), strings.Repeat("x", len(loans.text("loans", 0, "id")))}
	out.things["record"] = [2]string{opened("P07", "execution_record", forms.Values{
		"category": forms.Ref{List: "register/categories", ID: "C06"}, "subject": "藍閃蝶訪談紀錄", "kind": "minutes", "files": []forms.File{upload("藍閃蝶.txt", "藍閃蝶訪談")},
		"people": []forms.Person{{Kind: forms.InDirectory, ID: "P04"}}, "only": true,
	}), noID(3)}
	found, err := s.kit.Records().Query(t.Context(), keeper, record.Query{IDs: []string{"case/" + out.things["record"][0]}})
	must(t, err)
	out.things["record number"] = [2]string{found[0].Number, "REC-115-9999"}
	taken := s.call("qh110007", "POST", "/imports", packaged(t, s, "穿山甲會議紀錄"), "Content-Type", "application/octet-stream").want(201)
	out.things["import"] = [2]string{taken.text("id"), noID(4)}
	for list, id := range map[string]string{register.RetentionRules: "K77", register.LegalHolds: "H77"} {
		v := forms.Values{"name": "石虎案", "applies": "case", "keep": "months", "n": int64(1)}
		if list == register.LegalHolds {
			v = forms.Values{"name": "石虎案", "basis": "石虎訴訟", "from": period.From, "numbers": []forms.Row{{forms.RowID: "n1", "number": "石虎-1"}}}
		}
		if _, err := s.kit.Registers().Put(t.Context(), ismskit.System("test"), ismskit.RowChange{List: list, ID: id, Values: v, Reason: "石虎"}); err != nil {
			t.Fatalf("%s: %v", list, err)
		}
		out.things[list] = [2]string{id, strings.Replace(id, "77", "78", 1)}
	}
	people := []forms.Ref{{List: "register/people", ID: "P04"}}
	_, err = s.kit.Registers().Put(t.Context(), ismskit.System("test"), ismskit.RowChange{
		List: register.Categories, ID: "C77", Values: forms.Values{"name": "黑面琵鷺專案", "alone": true, "read_people": people, "maintain_people": people}, Reason: "黑面琵鷺案開案",
	})
	must(t, err)
	out.things[register.Categories], out.kept = [2]string{"C77", "C78"}, "黑面琵鷺"
	return out
}

// bodies are what is sent to each operation that takes something, about a thing of that name and a
// file of that digest.
func bodies(typ, id, digest string) map[string][]any {
	in := object{"id": id}
	file := object{"name": "甲.txt", "digest": digest, "size": 10, "type": "text/plain"}
	filed := object{"name": "甲.txt", "digest": digest}
	change := object{"op": "revise", "document": in, "bump": "minor", "note": "修訂", "file": file, "issue_on": "2026-12-01"}
	record := object{"category": object{"id": "C10.S02"}, "subject": "紀錄", "kind": "minutes", "document": in, "files": []any{file}}
	filing := object{"number": "QQ-03-780", "title": object{"zh-TW": "新文件"}, "level": 3, "class": "internal", "parent": id, "supersedes": id, "version": "1.0", "issued": "2026-11-23", "files": []any{filed}}
	loan := object{"asked": id, "purpose": "稽核", "document": in, "period": object{"from": "2026-11-23", "to": "2026-11-30"}}
	values := map[string]object{"document_change": change, "document_loan": loan, "execution_record": record}[typ]
	about := object{"values": values, "case": id}
	alone := object{"values": values}
	trial := object{"values": values, "applicant": "P13"}
	why := object{"reason": "測試"}
	return map[string][]any{
		"audit": {object{}}, "check-bundle": {[]byte("no bundle")}, "load-calendar": {object{"digest": digest, "seen": 0}}, "preview-calendar": {object{"digest": digest}},
		"open-case": {
			object{"type": "document_change", "submit": true, "values": change}, object{"type": "document_change", "values": change}, object{"type": "execution_record", "submit": true, "values": record},
			object{"type": "document_change", "submit": true, "values": object{"op": "new", "number": "QQ-03-779", "title": "新", "level": "level_3", "class": "internal", "unit": object{"id": "U06"}, "relations": []any{object{"kind": "references", "document": in}}, "related": []any{object{"document": in}}, "note": "新訂", "file": file, "issue_on": "2026-12-01"}},
			object{"type": "document_loan", "submit": true, "values": loan},
			object{"type": "original_lost", "submit": true, "values": object{"original": object{"id": id}, "found_on": "2026-11-20", "search": "查無"}}, object{"type": "disposal", "submit": true, "values": object{"basis": "檔案法", "lines": []any{object{"number": id}}}},
		},
		"act":          {object{"verb": "comment", "comment": "知悉"}, object{"verb": "approve", "comment": "可"}, object{"verb": "comment", "comment": "附", "files": []any{file}}},
		"list-overdue": {object{"records": []any{id}}}, "save-draft": {object{"values": values}}, "set-case-year": {object{"year": 114, "reason": "誤植"}}, "set-document-year": {object{"year": 114, "reason": "誤植"}},
		"enter-closures": {object{"seen": 0, "from": "2026-12-01", "reason": "颱風"}}, "preview-closures": {object{"from": "2026-12-01", "reason": "颱風"}},
		"withdraw-closure": {object{"id": id, "why": "誤", "seen": 0}}, "preview-withdrawal": {object{"id": id}}, "set-absence": {object{"principal": "P04", "from": "2026-12-01", "to": "2026-12-02"}},
		"end-document-loan": {object{"revision": 1, "reason": "收回"}}, "file-document": {filing}, "correct-document": {object{"number": "QQ-03-779", "title": object{"zh-TW": "新"}, "level": 3, "class": "internal", "reason": "誤植"}},
		"retire-document": {why}, "stop-document": {why}, "review-document": {object{"note": "無須修訂"}}, "file-version": {object{"version": "1.1", "issued": "2026-11-23", "files": []any{filed}}}, "withdraw-version": {why},
		"upload-file": {[]byte("text")}, "check-import": {[]byte("no package")}, "begin-import": {object{"reason": "歸檔", "category": id}},
		"read-notices": {object{"ids": []any{id}}}, "reserve-numbers": {object{"type": "account_request", "count": 1, "reason": "斷線"}}, "void-number": {object{"number": id, "reason": "誤"}},
		"put-row": {object{"values": object{"name": "甲"}, "reason": "更名"}}, "import-sheet": {[]byte("no workbook")}, "try-sheet": {[]byte("no workbook")},
		"sign-tasks": {object{"items": []any{object{"case": id, "task": id}}}},
		"check-form": {about, alone}, "preview-route": {about, alone}, "dry-run": {trial}, "try-flow-draft": {trial}, "put-flow-draft": {object{}}, "publish-flow-draft": {why},
		"use-version": {object{"version": "1", "in_use": "1", "reason": "測試"}}, "migrate-cases": {object{"cases": []any{id}, "reason": "改版"}},
		"save-view": {object{"list": "records", "name": id, "filter": object{"form": []any{id}}}}, "rename-view": {object{"name": "我的"}},
	}
}

// queried are the parameters in which somebody may name what he may not see.
var queried = []string{"text", "number", "parent", "case", "sha256", "form", "key", "principal", "list", "category"}

// unlike are headers that differ from one answer to the next.
var unlike = []string{"Date", "Content-Length"}

// blank is an answer without the names that were asked by, and without the ids that the server made.
func blank(a answer, names ...string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a.head)) {
		if !slices.Contains(unlike, name) {
			b.WriteString(name + ": " + strings.Join(a.head[name], ", ") + "\n")
		}
	}
	text := b.String() + string(a.raw)
	for _, name := range names {
		if name != "" {
			quoted, _ := json.Marshal(name)
			for _, written := range []string{name, url.QueryEscape(name), url.PathEscape(name), strings.Trim(string(quoted), `"`)} {
				text = strings.ReplaceAll(text, written, "■")
			}
		}
	}
	return madeIDs.ReplaceAllString(text, "·")
}

var madeIDs = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9A-Z]{26}|"row_id":"[a-z0-9]+"`)

// Nobody learns of what he may not see from any operation, whatever he sends it: asked for it, each
// answers a clerk, and who looks after the system, as for what is not there, and says no word of it.
func TestNobodyLearnsOverRESTOfWhatHeMayNotSee(t *testing.T) {
	s := openWith(t, memory.New(), func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	secret := hide(t, s)
	tried, parameters := map[string]int{}, regexp.MustCompile(`\{[a-z]+\}`)
	ask := func(login, op, method, address, person string, body any, names ...string) (answer, string) {
		t.Helper()
		tried[op]++
		var head []string
		if _, raw := body.([]byte); raw {
			head = []string{"Content-Type", "application/octet-stream"}
		}
		a := s.call(login, method, address, body, append(head, "If-Match", `"1"`, "Accept-Language", "zh-TW")...)
		words := secret.words
		if person == "P13" {
			words = append(slices.Clone(words), secret.kept)
		}
		for _, word := range words {
			if strings.Contains(string(a.raw), word) && !strings.Contains(address, word) {
				t.Errorf("%s %s (%s): says %s: %.200s", method, address, person, word, a.raw)
			}
		}
		return a, blank(a, names...)
	}
	for login, person := range map[string]string{"qh150013": "P13", "qh160015": "P15"} {
		for path, item := range s.manual.paths() {
			for method, about := range item.(map[string]any) {
				op, method, path := about.(map[string]any)["operationId"].(string), strings.ToUpper(method), strings.TrimPrefix(path, "/api/v1")
				if op == "sign-out" || op == "sign-in" {
					continue // the one ends the session that asks, the other names no thing
				}
				types := []string{"document_change"}
				if strings.Contains(path, "{type}") {
					types = append(types, "document_loan", "execution_record")
				}
				for i, kind := range slices.Repeat(slices.Sorted(maps.Keys(secret.things)), len(types)) {
					if kind == register.Categories && person != "P13" {
						continue // P15 keeps the tree of categories, and sees all of it
					}
					pair, typ := secret.things[kind], types[i/len(secret.things)]
					fill := func(i int) string {
						list := kind
						if list != register.RetentionRules && list != register.LegalHolds {
							list = register.Categories
						}
						values := map[string]string{
							"{id}": pair[i], "{digest}": secret.digest[i], "{version}": "1.0", "{type}": typ, "{list}": list, "{loan}": secret.loan[i], "{log}": "exports",
							"{token}": pair[i], "{template}": pair[i],
						}
						return parameters.ReplaceAllStringFunc(path, func(name string) string {
							value, known := values[name]
							if !known {
								t.Fatalf("no value for %s of %s", name, path)
							}
							return url.PathEscape(value)
						})
					}
					addresses := [][2]string{{fill(0), fill(1)}}
					asked, _ := about.(map[string]any)["parameters"].([]any)
					required := url.Values{}
					for _, p := range asked {
						if p := p.(map[string]any); p["in"] == "query" && p["required"] == true {
							required.Set(p["name"].(string), map[string]string{"by": "2027-01-01", "on": "2026-11-23", "level": "3"}[p["name"].(string)])
							if name := p["name"].(string); required.Get(name) == "" {
								required.Set(name, "1")
							}
						}
					}
					for _, p := range asked {
						if p := p.(map[string]any); p["in"] == "query" && slices.Contains(queried, p["name"].(string)) {
							with := func(i int) string {
								q := maps.Clone(required)
								q[p["name"].(string)] = []string{pair[i]}
								if p["name"] == "sha256" {
									q["sha256"] = []string{secret.digest[i]}
								}
								return fill(i) + "?" + q.Encode()
							}
							addresses = append(addresses, [2]string{with(0), with(1)})
						}
					}
					if len(required) > 0 {
						addresses[0][0] += "?" + required.Encode()
						addresses[0][1] += "?" + required.Encode()
					}
					hidden, twins := []any{nil}, []any{nil}
					if _, takes := about.(map[string]any)["requestBody"]; takes {
						hidden, twins = bodies(typ, pair[0], secret.digest[0])[op], bodies(typ, pair[1], secret.digest[1])[op]
						if len(hidden) == 0 {
							t.Fatalf("nothing is sent to %s", op)
						}
					}
					for _, address := range addresses {
						for i := range hidden {
							got, told := ask(login, op, method, address[0], person, hidden[i], pair[0], secret.digest[0], secret.loan[0])
							if address[0] == address[1] && hidden[i] == nil {
								break // it names nothing
							}
							want, expected := ask(login, op, method, address[1], person, twins[i], pair[1], secret.digest[1], secret.loan[1])
							if got.status != want.status || told != expected {
								t.Errorf("%s: %s %s of a hidden %s: %d, and %d for what is not there\n%s\n-- and --\n%s", person, method, address[0], kind, got.status, want.status, told, expected)
							}
						}
					}
				}
			}
		}
	}
	if len(tried) < 100 {
		t.Errorf("only %d operations were tried", len(tried))
	}
	// He who may sees them: else nothing would be hidden from anybody.
	for address, word := range map[string]string{
		"/documents/QQ-03-777": "鸚鵡螺", "/cases/" + secret.things["record"][0]: "藍閃蝶", "/cases/" + secret.things["case"][0]: "帝雉", "/imports/" + secret.things["import"][0]: "穿山甲",
		"/registers/" + register.LegalHolds + "/rows/H77": "石虎", "/registers/" + register.RetentionRules + "/rows/K77": "石虎",
		"/registers/" + register.Categories + "/rows/C77": "黑面琵鷺",
	} {
		if a := s.call("qh110007", "GET", address, nil).want(200); !strings.Contains(string(a.raw), word) {
			t.Errorf("%s does not say %s", address, word)
		}
	}
}

// counting is a store that counts what it is asked: each transaction and each part of it that is reached for.
type counting struct {
	ismskit.Store
	n *atomic.Int64
}

func (c counting) Update(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	c.n.Add(1)
	return c.Store.Update(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, countingTx{tx, c.n}) })
}

func (c counting) View(ctx context.Context, fn func(context.Context, ismskit.Tx) error) error {
	c.n.Add(1)
	return c.Store.View(ctx, func(ctx context.Context, tx ismskit.Tx) error { return fn(ctx, countingTx{tx, c.n}) })
}

type countingTx struct {
	ismskit.Tx
	n *atomic.Int64
}

func (c countingTx) Cases() ismskit.Cases      { c.n.Add(1); return c.Tx.Cases() }
func (c countingTx) Trail() ismskit.Trail      { c.n.Add(1); return c.Tx.Trail() }
func (c countingTx) Documents() document.Store { c.n.Add(1); return c.Tx.Documents() }
func (c countingTx) Registers() register.Store { c.n.Add(1); return c.Tx.Registers() }
func (c countingTx) Records() record.Store     { c.n.Add(1); return c.Tx.Records() }

// Nor does it take more questions to the store to refuse what is hidden than what is not there: nobody
// who measures how long a refusal takes learns from it. What is named by an id that nobody can guess
// is not tried; what has a number or a name is.
func TestNobodyMeasuresWhatHeMayNotSee(t *testing.T) {
	var n atomic.Int64
	s := openWith(t, counting{memory.New(), &n}, func(c *ismskit.Config) { c.Rights.ManageRecords = []string{"records/records_manager"} })
	secret := hide(t, s)
	asked := func(method, path string, body any) int64 {
		t.Helper()
		least := int64(math.MaxInt64) // lists that are kept in mind are read again from time to time
		for range 3 {
			n.Store(0)
			s.call("qh150013", method, path, body)
			least = min(least, n.Load())
		}
		return least
	}
	for _, kind := range slices.Sorted(maps.Keys(secret.things)) {
		pair := secret.things[kind]
		for _, of := range []struct {
			method, path string
			body         any
		}{
			{"GET", "/documents/%", nil}, {"GET", "/documents/%/loans", nil}, {"GET", "/documents/%/readers?version=1.0", nil}, {"GET", "/documents/%/versions/1.0/print", nil}, {"GET", "/documents/%/versions/1.0/files/" + secret.digest[0], nil},
			{"POST", "/documents/%/retire", object{"reason": "x"}}, {"POST", "/documents/%/year", object{"year": 114, "reason": "x"}}, {"GET", "/documents?number=%", nil}, {"GET", "/version-check?number=%", nil}, {"GET", "/version-check?number=%&version=1.0", nil},
			{"GET", "/records?number=%", nil}, {"GET", "/records?text=%", nil}, {"GET", "/records?form=%", nil}, {"GET", "/records/counts?number=%&by=type", nil}, {"GET", "/cases/%", nil}, {"GET", "/cases/%/trail", nil}, {"GET", "/imports/%", nil}, {"GET", "/registers/legal_holds/rows/%", nil},
			{"GET", "/registers/retention_rules/rows/%", nil}, {"GET", "/types/document_loan/online?number=%", nil}, {"POST", "/cases/%/actions", object{"verb": "comment", "comment": "x"}},
		} {
			hidden := asked(of.method, strings.ReplaceAll(of.path, "%", url.PathEscape(pair[0])), of.body)
			none := asked(of.method, strings.ReplaceAll(of.path, "%", url.PathEscape(pair[1])), of.body)
			if hidden != none {
				t.Errorf("%s %s of a hidden %s asks %d times, %d for what is not there", of.method, of.path, kind, hidden, none)
			}
		}
	}
}
