package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// The files in testdata/v1 were computed by another program in another language
// from the description in doc.go. They are what archives in offices were written
// with: where a test here fails, the code is wrong, never the file.

// attachment is the digest by which the file of the example is named.
var attachment = Digest(sha256.Sum256([]byte("attachment")))

func goldenValue() map[string]any {
	return map[string]any{
		"number": "IS-04-023", "title": "權限帳號申請單", "class": "內部使用",
		"rows": []any{
			map[string]any{"id": "r1", "system": "公文系統", "until": "2026-12-31", "no_end": false},
			map[string]any{"id": "r2", "system": "電子郵件系統", "until": nil, "no_end": true},
		},
		"count": 2, "min": int64(math.MinInt64), "max": int64(math.MaxInt64),
		"at":    time.Date(2026, 11, 23, 14, 5, 6, 7000, time.FixedZone("CST", 8*60*60)),
		"share": "0.50",
		"text":  "\"引號\"、\\、/、<b>&\n\r\t\b\f\x01\x1f\x7f\u2028",
		"":      "", "😀": 1, "～": 2, "Z": 3, "a": 4,
	}
}

func goldenLeaves(t *testing.T) []Leaf {
	t.Helper()
	salts := &counting{}
	var leaves []Leaf
	for _, part := range []struct {
		name  string
		value any
	}{
		{"comment", "同意，請儘速辦理。"},
		{"field/count", 2},
		{"field/reason", "職務調整"},
		{"file/1", attachment},
		{"row/r1/system", "公文系統"},
		{"row/r1/until", "2026-12-31"},
		{"row/r2/no_end", true},
	} {
		leaf, err := NewLeaf(part.name, part.value, salts)
		fatal(t, err)
		leaves = append(leaves, leaf)
	}
	return leaves
}

// goldenHashes are the lines of hashes.tsv by name.
func goldenHashes(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("testdata/v1/hashes.tsv")
	fatal(t, err)
	byName := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		byName[name] = value
	}
	return byName
}

func TestGoldenCanonicalBytes(t *testing.T) {
	want, err := os.ReadFile("testdata/v1/value.json")
	fatal(t, err)
	got, err := Canonical(goldenValue())
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got\n%s\n%v, want\n%s", got, err, want)
	}
	if _, err := ParseCanonical(want); err != nil {
		t.Error(err)
	}
}

func TestGoldenLeavesAndRoots(t *testing.T) {
	want, leaves := goldenHashes(t), goldenLeaves(t)
	for _, l := range leaves {
		if got := l.Hash().String(); got != want["leaf "+l.Name] {
			t.Errorf("%s: %s", l.Name, got)
		}
	}
	for n := range len(leaves) + 1 {
		if got := rootOf(t, leaves[:n]).String(); got != want[fmt.Sprintf("root %d", n)] {
			t.Errorf("root of %d: %s", n, got)
		}
	}
}

func TestGoldenTrail(t *testing.T) {
	want := goldenHashes(t)
	head := Head{Chain: "case/115-0001"}
	start := time.Date(2026, 11, 23, 6, 5, 6, 7000, time.UTC)
	for i, step := range []struct {
		entry   Entry
		payload map[string]any
	}{
		{Entry{Kind: "case.opened", Actor: "person/u001"}, map[string]any{"root": rootOf(t, goldenLeaves(t))}},
		{Entry{Kind: "task.approved", Actor: "person/u014", For: "person/u002"}, map[string]any{"decision": "approve", "comment": "代為決行"}},
		{Entry{Kind: "case.closed", Actor: "system"}, map[string]any{}},
	} {
		payload, err := Canonical(step.payload)
		fatal(t, err)
		step.entry.At = start.Add(time.Duration(i) * time.Hour)
		e, next, err := Next(head, step.entry, payload)
		fatal(t, err)
		for name, got := range map[string]string{
			"payload": e.Payload.String(),
			"header":  hex.EncodeToString(e.Bytes()),
			"entry":   next.Hash.String(),
		} {
			if want := want[fmt.Sprintf("%s %d", name, i+1)]; got != want {
				t.Errorf("%s %d: got %s, want %s", name, i+1, got, want)
			}
		}
		head = next
	}
}
