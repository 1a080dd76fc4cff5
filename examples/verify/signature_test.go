package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// decidedTrail is a request that was sent and agreed to by a deputy, as the Kit signs it. before
// changes what is signed, after what was; the chain is made anew around both.
func decidedTrail(t *testing.T, id string, before, after func(payload map[string]any)) []evidence.Stored {
	t.Helper()
	at := time.Date(2026, 11, 23, 6, 5, 0, 0, time.UTC)
	var leaves []evidence.Leaf
	var values []any
	// Names in the order of their bytes, which is not that of the halves a script counts in, and
	// a number beyond those a script reads rightly.
	for name, value := range map[string]any{"field/reason": "職務\"調整\"，\\ {新到職}\n", "field/～": int64(9007199254740993), "field/𠀀": []any{"a,b", "]"}} {
		leaf, err := evidence.NewLeaf(name, value, nil)
		check(t, err)
		leaves = append(leaves, leaf)
		values = append(values, map[string]any{"name": name, "value": value, "salt": hex.EncodeToString(leaf.Salt[:])})
	}
	evidence.SortLeaves(leaves)
	root, err := evidence.Root(leaves)
	check(t, err)
	applicant := map[string]any{"person": "u1", "name": "許家豪"}
	deputy := map[string]any{"person": "u3", "name": "邱柏叡", "post_title": "股長", "unit_name": "資訊科"}
	head := map[string]any{"person": "u2", "name": "林怡君", "post_title": "科長", "unit_name": "資訊科"}
	kind := func(verb string, by map[string]any) map[string]any {
		return map[string]any{"verb": verb, "type": "access@1", "definition": strings.Repeat("ab", 32), "number": "A-1", "revision": 1, "by": by, "root": root.String(), "via": "named"}
	}
	sent, agreed := kind("submit", applicant), kind("approve", deputy)
	sent["values"] = values
	agreed["step"], agreed["task"], agreed["comment"] = "head", "t1", "如擬\u2028\"可\"\\"
	agreed["for"], agreed["year"] = head, map[string]any{"from": 115, "to": 116}
	agreed["attached"] = []any{map[string]any{"name": "切結書.pdf", "size": 3, "digest": strings.Repeat("ef", 32)}}
	agreed["outside"] = map[string]any{"to": "縣政府", "number": "府資字第1號", "proof": []string{"letter"}}
	var trail []evidence.Stored
	h := evidence.Head{Chain: "case/" + id}
	for i, payload := range []map[string]any{sent, agreed} {
		moment := at.Add(time.Duration(i) * time.Minute)
		if i == 1 {
			before(payload)
		}
		check(t, evidence.SignPayload(payload, h.Chain, moment))
		after(payload)
		content, err := evidence.Canonical(payload)
		check(t, err)
		entry := evidence.Entry{At: moment, Kind: []string{"submit", "approve"}[i], Actor: []string{"u1", "u3"}[i], For: []string{"", "u2"}[i]}
		e, next, err := evidence.Next(h, entry, content)
		check(t, err)
		trail, h = append(trail, evidence.Stored{Entry: e, Hash: next.Hash, Content: content}), next
	}
	return trail
}

// rewritten is a trail in whose last entry other bytes stand, with every hash of it right.
func rewritten(t *testing.T, trail []evidence.Stored, from, to string) []evidence.Stored {
	t.Helper()
	last := &trail[len(trail)-1]
	last.Content = bytes.Replace(last.Content, []byte(from), []byte(to), 1)
	e, next, err := evidence.Next(evidence.Head{Chain: last.Chain, Seq: last.Seq - 1, Hash: last.Prev}, last.Entry, last.Content)
	check(t, err)
	last.Entry, last.Hash = e, next.Hash
	return trail
}

// What a decision binds is checked on a laptop: whoever writes a trail anew, with every hash of
// it right, has to sign it as the Kit does, or is found by the program and by the page.
func TestWhatADecisionBindsIsCheckedWithoutTheServer(t *testing.T) {
	nothing := func(map[string]any) {}
	approval := func(change func(p map[string]any)) func(map[string]any) {
		return func(p map[string]any) {
			if p["verb"] == "approve" {
				change(p)
			}
		}
	}
	within := func(member, key string, to any) func(map[string]any) {
		return approval(func(p map[string]any) { p[member].(map[string]any)[key] = to })
	}
	set := func(member string, to any) func(map[string]any) {
		return approval(func(p map[string]any) { p[member] = to })
	}
	drop := func(member string) func(map[string]any) {
		return approval(func(p map[string]any) { delete(p, member) })
	}
	trails, want := map[string][]evidence.Stored{}, map[string]string{}
	add := func(code string, before, after func(map[string]any)) {
		id := fmt.Sprintf("%s-%02d", code[:4], len(trails))
		trails[id] = decidedTrail(t, id, before, after)
		if code != "holds" {
			want[id] = "chain_" + code
		}
	}
	add("holds", nothing, nothing)
	add("holds", drop("definition"), nothing)
	add("holds", set("comment", `存於 C:\udata\uDB1 及 \\server\udeef，「\ud83d」😀`), nothing) // what looks like half a character is none
	for _, change := range []func(map[string]any){
		set("comment", "不同意"), set("signature", strings.Repeat("0", 64)), drop("signature"), drop("salt"), set("definition", strings.Repeat("cd", 32)),
		set("type", "access@2"), set("number", "A-2"), set("step", "chief"), set("result", "no"), within("by", "post_title", "科長"), within("by", "unit_name", "總務科"),
		within("for", "unit_name", "總務科"), within("for", "name", "他人"), within("outside", "number", "府資字第2號"), set("attached", []any{}), drop("outside"), drop("year"), drop("binds"),
	} {
		add(evidence.SignatureFalse, nothing, change)
	}
	add(evidence.SignatureFalse, within("by", "person", "u9"), nothing) // signed so, and of another
	add(evidence.SignatureFalse, drop("for"), nothing)
	add(evidence.SignatureNewer, nothing, set("binds", evidence.Binds+1))
	add(evidence.FieldsFalse, set("root", strings.Repeat("cd", 32)), nothing)
	for _, of := range []struct {
		key string
		to  any
	}{{"value", "職務升遷"}, {"salt", strings.Repeat("0", 32)}, {"salt", "00"}, {"name", "field/other"}} {
		add(evidence.FieldsFalse, nothing, func(p map[string]any) {
			if values, ok := p["values"].([]any); ok {
				values[0].(map[string]any)[of.key] = of.to
			}
		})
	}
	add(evidence.FieldsFalse, nothing, func(p map[string]any) {
		if values, ok := p["values"].([]any); ok {
			p["values"] = values[1:]
		}
	})
	add(evidence.FieldsFalse, set("root", strings.Repeat("0", 64)), nothing) // as if nothing had been filled in
	add("holds", approval(func(p map[string]any) {
		p["root"], p["changes"] = strings.Repeat("0", 64), []any{map[string]any{"name": "reason", "from": "職務調整", "to": nil}}
	}), nothing)
	add(evidence.SignatureFalse, nothing, func(p map[string]any) { // before the first that is signed
		if p["verb"] == "submit" {
			for _, member := range []string{"revision", "salt", "signature"} {
				delete(p, member)
			}
		}
	})
	add(evidence.SignatureFalse, nothing, set("Result", "no")) // which other readers take for the result
	// Bytes that one reader takes for what another does not.
	for _, of := range [][2]string{
		{`{"`, `{ "`}, {`"binds":2`, `"binds":2.0`}, {`"binds":2`, `"binds":2,"binds":1`}, {`"for":{`, `"for":null,"gone":{`}, {`如擬`, `\u5982擬`}, {`如擬`, `\ud83d擬`},
		{`"from":115`, `"from":0115`}, {`"from":115`, `"from":99999999999999999999`}, {`如擬`, "如擬e\u0301"}, {`"to":116}`, `"to":116 }`}, {`,"via"`, `,"vi":"","via"`},
	} {
		id := fmt.Sprintf("byte-%02d", len(trails))
		trails[id] = rewritten(t, decidedTrail(t, id, nothing, nothing), of[0], of[1])
		want[id] = "chain_" + evidence.SignatureFalse
		if of[0] == `,"via"` { // canonical, and nothing that is bound
			delete(want, id)
		}
	}
	bundle := signedBundle(t, trails)
	report, err := evidence.VerifyBundle(bytes.NewReader(bundle), int64(len(bundle)), evidence.Options{Keys: []string{house(t).Verifier()}})
	check(t, err)
	var lines []string
	for _, f := range report.Findings {
		if want[f.Case] != f.Code {
			t.Errorf("%s: %s, want %s", f.Case, f.Code, want[f.Case])
		}
		delete(want, f.Case)
		lines = append(lines, "✕ "+f.Text("zh-TW"))
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}

	slices.Sort(lines)
	if _, found := findsOnThePage(t, bundle); !slices.Equal(found, lines) {
		t.Errorf("the page finds\n%s\nand the program\n%s", strings.Join(found, "\n"), strings.Join(lines, "\n"))
	}
}

// findsOnThePage is what the page of a bundle says that it does not hold, in order, of one that
// its house vouches for.
func findsOnThePage(t *testing.T, bundle []byte) (page *browsertest.Page, found []string) {
	t.Helper()
	browser, folder := browsertest.Start(t), t.TempDir()
	html, err := evidence.Page()
	check(t, err)
	put(t, folder, evidence.PageName, html)
	page = browser.Open(t, "file://"+folder, "/"+evidence.PageName, browsertest.Look{Size: browsertest.Desktop})
	if page.Text("#language") == "中文" {
		page.Click("#language")
	}
	page.Type("#trusted", house(t).Verifier())
	page.Press("\t")
	page.Attach("#file", put(t, folder, "bundle.zip", bundle))
	page.Wait("#verdict.fails")
	found = strings.Split(page.Text("#findings"), "\n")
	slices.Sort(found)
	return page, found
}

// A line of a trail is read by the page as by the program, which takes it in one form only: what
// says a thing twice could be taken the one way by the one and the other way by the other.
func TestALineIsReadInOneForm(t *testing.T) {
	nothing := func(map[string]any) {}
	for _, change := range [][2]string{{`"actor":"u3"`, `"actor": "3"`}, {`"actor":"u3"`, `"chain":"u3"`}} {
		bundle := signedBundle(t, map[string][]evidence.Stored{"L-1": decidedTrail(t, "L-1", nothing, nothing)})
		if !bytes.Contains(bundle, []byte(change[0])) {
			t.Fatalf("no line has %s", change[0])
		}
		bundle = bytes.Replace(bundle, []byte(change[0]), []byte(change[1]), 1)
		report, err := evidence.VerifyBundle(bytes.NewReader(bundle), int64(len(bundle)), evidence.Options{Keys: []string{house(t).Verifier()}})
		check(t, err)
		var lines []string
		malformed := false
		for _, f := range report.Findings {
			lines = append(lines, "✕ "+f.Text("zh-TW"))
			malformed = malformed || f.Code == "line_malformed"
		}
		slices.Sort(lines)
		if _, found := findsOnThePage(t, bundle); !malformed || !slices.Equal(found, lines) {
			t.Errorf("%s: the page finds\n%s\nand the program\n%s", change[1], strings.Join(found, "\n"), strings.Join(lines, "\n"))
		}
	}
}
