package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit/evidence"
)

const (
	golden     = "../../ismskit/evidence/testdata/v1/bundle.zip"
	checkpoint = "../../ismskit/evidence/testdata/v1/checkpoint.note"

	// The key of the golden bundle; it signs nothing else.
	goldenKey = "PRIVATE+KEY+isms.example+b16e945c+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
)

func report(t *testing.T, args ...string) (text string, code int) {
	t.Helper()
	var out bytes.Buffer
	result, err := run(args, &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), exitCode(result, err)
}

func TestAnAuditorChecksABundleOnALaptop(t *testing.T) {
	key, err := evidence.ParseKey(goldenKey)
	if err != nil {
		t.Fatal(err)
	}
	pub := filepath.Join(t.TempDir(), "isms.example.pub")
	if err := os.WriteFile(pub, []byte(key.Verifier()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, vouching := range [][]string{{"-checkpoint", checkpoint}, {"-key", pub}, {"-key", pub, "-witness", pub, "-checkpoint", checkpoint}} {
		text, code := report(t, append(vouching, golden)...)
		if code != 0 || !strings.Contains(text, "✓ 全部相符") || !strings.Contains(text, "簽章金鑰已查證：isms.example+") {
			t.Errorf("%d\n%s", code, text)
		}
		if strings.Contains(text, "115.11.23 15:08:00 檢查點（2 筆）相符") != slices.Contains(vouching, checkpoint) {
			t.Errorf("%s", text)
		}
	}
	if text, code := report(t, "-lang", "en", "-key", pub, golden); code != 0 || !strings.Contains(text, "No earlier checkpoint was given") {
		t.Errorf("%d\n%s", code, text)
	}
}

// With nothing from elsewhere nobody vouches for the key, and the program says so to
// people and to scripts.
func TestABundleAloneIsNotEnough(t *testing.T) {
	text, code := report(t, golden)
	if code != 2 || !strings.Contains(text, "▲ 簽章金鑰未經另行查證") || strings.Contains(text, "✓") {
		t.Errorf("%d\n%s", code, text)
	}
}

func TestWhatWasChangedAndWhere(t *testing.T) {
	b, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	changed := filepath.Join(t.TempDir(), "bundle.zip")
	if err := os.WriteFile(changed, bytes.Replace(b, []byte("核准"), []byte("駁回"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	text, code := report(t, changed)
	if code != 1 || !strings.Contains(text, "✕ 案件 IS-04-023-1 的軌跡第 3 筆內容被更動。") || !strings.Contains(text, "cases/1.trail（案件 IS-04-023-1 的軌跡）：被更動") {
		t.Errorf("%d\n%s", code, text)
	}
}

func TestWhatCannotBeCheckedIsAnError(t *testing.T) {
	for _, args := range [][]string{{}, {"missing.zip"}, {"-checkpoint", "missing.note", golden}, {"a", "b"}} {
		if result, err := run(args, &bytes.Buffer{}); err == nil || exitCode(result, err) != 3 {
			t.Errorf("%v: no error", args)
		}
	}
}
