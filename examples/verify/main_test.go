package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	golden     = "../../ismskit/evidence/testdata/v1/bundle.zip"
	checkpoint = "../../ismskit/evidence/testdata/v1/checkpoint.note"
)

func report(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	var out bytes.Buffer
	holds, err := run(args, &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), holds
}

func TestAnAuditorChecksABundleOnALaptop(t *testing.T) {
	text, holds := report(t, "-checkpoint", checkpoint, golden)
	if !holds || !strings.Contains(text, "✓ 全部相符") || !strings.Contains(text, "115.11.23 15:08:00 檢查點（2 筆）相符") {
		t.Errorf("%v\n%s", holds, text)
	}
	if text, holds := report(t, "-lang", "en", golden); !holds || !strings.Contains(text, "No earlier checkpoint was given") {
		t.Errorf("%v\n%s", holds, text)
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
	text, holds := report(t, changed)
	if holds || !strings.Contains(text, "✕ 案件 IS-04-023-1 的軌跡第 3 筆內容被更動。") || !strings.Contains(text, "cases/1.trail 被更動") {
		t.Errorf("%v\n%s", holds, text)
	}
}

func TestWhatCannotBeCheckedIsAnError(t *testing.T) {
	for _, args := range [][]string{{}, {"missing.zip"}, {"-checkpoint", "missing.note", golden}, {"a", "b"}} {
		if _, err := run(args, &bytes.Buffer{}); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
