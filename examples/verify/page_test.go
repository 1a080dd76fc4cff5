package main

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/evidence"
	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

const printed = "<!DOCTYPE html><html lang=\"zh\"><title>印</title><p>列印格式"

// aBundle is a bundle of one case as an office would export it, with its checkpoint;
// another than the office may have signed the manifest, and put another page to
// print in.
func aBundle(t *testing.T, by evidence.Key, sheet string) (bundle, checkpoint []byte) {
	t.Helper()
	key := house(t)
	var trail []evidence.Stored
	head := evidence.Head{Chain: "case/7"}
	for i, payload := range []map[string]any{
		{
			"verb": "submit", "type": "access@1", "by": map[string]any{"person": "u1", "name": "鍾明哲", "post_title": "技士", "unit_name": "資訊室"},
			"values": []any{map[string]any{"name": "field/reason", "value": "職務調整", "salt": strings.Repeat("0", 32)},
				map[string]any{"name": "field/kind", "value": "privileged", "salt": strings.Repeat("2", 32)},
				map[string]any{"name": "field/term", "value": map[string]any{"from": "2026-12-01", "to": "2027-11-30"}, "salt": strings.Repeat("1", 32)}},
		},
		{
			"verb": "approve", "type": "access@1", "step": "head", "comment": "請儘速辦理", "by": map[string]any{"person": "u2", "name": "邱柏叡", "post_title": "股長"},
			"for": map[string]any{"person": "u3", "name": "林怡君", "post_title": "科長"},
		},
	} {
		content, err := evidence.Canonical(payload)
		check(t, err)
		e, next, err := evidence.Next(head, evidence.Entry{
			At: time.Date(2026, 11, 23, 6, 5+i, 0, 0, time.UTC), Kind: payload["verb"].(string), Actor: "u1",
		}, content)
		check(t, err)
		trail, head = append(trail, evidence.Stored{Entry: e, Hash: next.Hash, Content: content}), next
	}
	leaf, err := head.LogLeaf()
	check(t, err)
	log := &evidence.Log{}
	check(t, log.Append(leaf))
	root, err := log.Root(1)
	check(t, err)
	text, err := evidence.Checkpoint{Origin: "isms.example", Size: 1, Root: root, Time: time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)}.Text()
	check(t, err)
	note, err := evidence.Sign(text, key)
	check(t, err)
	nodes, err := log.Part([]int64{0}, []int64{1})
	check(t, err)
	var out bytes.Buffer
	b, err := evidence.NewBundle(&out, evidence.Manifest{
		Origin: "isms.example", Made: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC), By: "稽核員",
		Labels: map[string]map[string]string{"access@1": {"field/reason": "申請事由", "field/kind": "帳號類別", "option/kind/privileged": "特殊權限", "step/head": "科長審核", "verb/approve/head": "同意", "field/term": "使用期間"}, "case/7": {"field/term": "115.12.01 至 116.11.30", "field/reason": "職務升遷"}},
	}, evidence.Proofs{
		Checkpoints: []evidence.SignedCheckpoint{{Number: 1, Note: note}}, Leaves: []evidence.LeafAt{{Head: head}}, Nodes: nodes, Keys: []string{key.Verifier()},
	}, by)
	check(t, err)
	check(t, b.AddCase(evidence.BundleCase{
		ID: "7", Chain: "case/7", Number: "IS-04-023-115-0007", Type: "access@1", Form: "IS-04-023", Title: "權限帳號申請單", Subject: "公文系統", State: "已結案",
	}, []byte(sheet), trail))
	check(t, b.Close())
	return out.Bytes(), note
}

// repacked is a bundle as another tool packs it again in a folder, with words of it
// changed.
func repacked(t *testing.T, bundle []byte, method uint16, from, to string) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	check(t, err)
	slices.Reverse(r.File)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		old, err := f.Open()
		check(t, err)
		content, err := io.ReadAll(old)
		check(t, err)
		packed, err := w.CreateHeader(&zip.FileHeader{Name: "封存檔/" + f.Name, Method: method, Modified: time.Date(2026, 11, 26, 1, 0, 0, 0, time.UTC)})
		check(t, err)
		_, err = packed.Write(bytes.Replace(content, []byte(from), []byte(to), 1))
		check(t, err)
	}
	check(t, w.Close())
	return out.Bytes()
}

func house(t *testing.T) evidence.Key {
	t.Helper()
	key, err := evidence.ParseKey(goldenKey)
	check(t, err)
	return key
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, folder, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	check(t, os.WriteFile(path, content, 0o600))
	return path
}

// An auditor opens the page of a bundle from his disk, without the network, and
// chooses the bundle.
func TestThePageOfABundleChecksItInABrowserFromTheDisk(t *testing.T) {
	browser := browsertest.Start(t)
	axe := browsertest.LoadAxe(t)
	folder := t.TempDir()
	bundle, early := aBundle(t, house(t), printed)
	html, err := evidence.Page()
	check(t, err)
	put(t, folder, evidence.PageName, html)
	known := put(t, folder, "known.note", early)
	whole := put(t, folder, "bundle.zip", bundle)
	changed := put(t, folder, "changed.zip", bytes.Replace(bundle, []byte("儘速"), []byte("不必"), 1))
	packed := put(t, folder, "packed.zip", repacked(t, bundle, zip.Store, "儘速", "不必"))
	compressed := put(t, folder, "compressed.zip", repacked(t, bundle, zip.Deflate, "", ""))
	golden, err := filepath.Abs(golden)
	check(t, err)
	checkpoint, err := filepath.Abs(checkpoint)
	check(t, err)
	var forged []string
	for i, name := range []string{"forger.example", "isms.example"} {
		forger, err := evidence.NewKey(name, rand.Reader)
		check(t, err)
		b, _ := aBundle(t, forger, strings.Replace(printed, "列印格式", "假的核章紀錄", 1))
		forged = append(forged, put(t, folder, "forged"+strconv.Itoa(i)+".zip", b))
	}
	for _, hash := range []string{"", "#own"} { // with WebCrypto, and without
		page := browser.Open(t, "file://"+folder, "/"+evidence.PageName+hash, browsertest.Look{Size: browsertest.Desktop})
		if page.Text("#language") == "中文" {
			page.Click("#language")
		}
		page.Attach("#file", whole)
		page.Wait("#verdict.unvouched")
		if got := page.Text("#verdict"); !strings.HasPrefix(got, "▲ 簽章金鑰未經另行查證") {
			t.Errorf("the verdict is %q", got)
		}
		page.Clean(axe)
		page.Shot("bundle-unvouched" + strings.TrimPrefix(hash, "#"))
		page.Type("#trusted", house(t).Verifier())
		page.Press("\t")
		page.Wait("#verdict.holds")
		if got := page.Text("#verdict"); got != "✓ 全部相符。" || !strings.Contains(page.Text("#result"), "簽章金鑰已查證："+house(t).Verifier()) {
			t.Errorf("the verdict is %q", got)
		}
		means := page.Text("#means")
		if own := strings.Contains(means, "本頁自帶的程式計算"); own != (hash != "") {
			t.Errorf("checked with: %s", means)
		}
		shown := page.Text("#case")
		for _, want := range []string{"IS-04-023-115-0007", "申請事由", "職務調整", "使用期間", "2026-12-01–2027-11-30（機關的用語：115.12.01 至 116.11.30）", "privileged（機關的用語：特殊權限）", "科長審核 head", "同意 approve", "115.11.23 14:06:00", "科長審核", "股長 邱柏叡（代理 科長 林怡君）", "同意", "請儘速辦理"} {
			if !strings.Contains(shown, want) {
				t.Errorf("the case does not show %q:\n%s", want, shown)
			}
		}
		// Words that the trail doesn't have are not shown for what somebody wrote.
		if form, _, _ := strings.Cut(shown, "軌跡原始內容"); strings.Contains(form, "職務升遷") {
			t.Errorf("the case shows what nobody signed:\n%s", form)
		}
		page.Clean(axe)
		page.Shot("bundle" + strings.TrimPrefix(hash, "#"))
		page.Attach("#file", changed)
		page.Wait("#verdict.fails")
		if found := page.Text("#findings"); !strings.Contains(found, "案件 IS-04-023-115-0007 的軌跡第 2 筆內容被更動") {
			t.Errorf("findings:\n%s", found)
		}
		page.Click("#language")
		if found := page.Text("#findings"); !strings.Contains(found, "In the trail of case IS-04-023-115-0007, the content of entry 2 was changed.") {
			t.Errorf("findings:\n%s", found)
		}
		page.Click("#language")

		// Somebody unpacked it, changed an entry and packed it again with another tool: what
		// he changed comes first.
		page.Attach("#file", whole)
		page.Wait("#verdict.holds")
		page.Attach("#file", packed)
		page.Wait("#verdict.fails")
		if found := strings.Split(page.Text("#findings"), "\n"); len(found) > 3 || page.Text("#verdict") != "✕ 不相符，共 "+strconv.Itoa(len(found))+" 處：" || page.Text("#remarks") != "另附說明（不計入不相符之處）：" || !strings.Contains(found[0], "的軌跡第 2 筆內容被更動") || !strings.HasPrefix(page.Text("#packing"), "▲ 封裝與製作時不同（") {
			t.Errorf("findings:\n%s\n%s", strings.Join(found, "\n"), page.Text("#packing"))
		}
		// Somebody only unpacked it and had his system pack it again.
		page.Attach("#file", compressed)
		page.Wait("#verdict.repacked")
		if got := page.Text("#verdict"); got != "▲ 內容全部相符，僅封裝不同，應是以其他工具重新壓縮過。" {
			t.Errorf("the verdict is %q", got)
		}
		page.Clean(axe)
		page.Shot("bundle-repacked" + strings.TrimPrefix(hash, "#"))

		// Somebody put another page in and signed the manifest with a key of his own,
		// under his name or the house's.
		for _, file := range forged {
			page.Attach("#file", whole)
			page.Wait("#verdict.holds")
			page.Attach("#file", file)
			page.Wait("#verdict.fails")
			if found := page.Text("#findings"); !strings.Contains(found, "清單的簽章不符") {
				t.Errorf("findings:\n%s", found)
			}
		}
		// The same with a checkpoint that was kept elsewhere instead of the key.
		page = browser.Open(t, "file://"+folder, "/"+evidence.PageName+hash, browsertest.Look{Size: browsertest.Desktop})
		if page.Text("#language") == "中文" {
			page.Click("#language")
		}
		page.Attach("#file", whole)
		page.Wait("#verdict.unvouched")
		page.Attach("#earlier", known)
		page.Wait("#verdict.holds")
		for _, file := range forged {
			page.Attach("#file", file)
			page.Wait("#verdict.fails")
			page.Attach("#file", whole)
			page.Wait("#verdict.holds")
		}
		// Another bundle of the house.
		page = browser.Open(t, "file://"+folder, "/"+evidence.PageName+hash, browsertest.Look{Size: browsertest.Desktop})
		if page.Text("#language") == "中文" {
			page.Click("#language")
		}
		page.Attach("#file", golden)
		page.Wait("#verdict.unvouched")
		page.Attach("#earlier", checkpoint)
		page.Wait("#verdict.holds")
		if result := page.Text("#result"); !strings.Contains(result, "您提供的 115.11.23 15:08:00 檢查點（2 筆）相符") {
			t.Errorf("result:\n%s", result)
		}
	}
}

// Who chooses another file is told so, by program and page: nothing was changed.
func TestAnotherFileIsNotCalledAChangedBundle(t *testing.T) {
	pdf := []byte("%PDF-1.7\n1 0 obj\n")
	report, err := evidence.VerifyBundle(bytes.NewReader(pdf), int64(len(pdf)), evidence.Options{})
	check(t, err)
	page, found := findsOnThePage(t, pdf)
	for _, verdict := range []string{report.Verdict("zh-TW"), page.Text("#verdict")} {
		if verdict != "✕ 無法檢查，所選的不是封存檔：" {
			t.Errorf("the verdict is %q", verdict)
		}
	}
	if len(found) != 1 || len(report.Findings) != 1 || found[0] != "✕ "+report.Findings[0].Text("zh-TW") || !strings.Contains(found[0], "這不是封存檔") {
		t.Errorf("the page says %q, the program %v", found, report.Findings)
	}
}
