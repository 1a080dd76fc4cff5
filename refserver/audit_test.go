package main

import (
	"bytes"
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// One command says whether every chain of the database holds and agrees with a checkpoint
// that was learned earlier; where it does not it ends with an error, and says so. A server
// that is running answers the same by REST, to those who audit the house alone.
func TestTheDatabaseIsAuditedByOneCommand(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	check := func(more ...string) error {
		out.Reset()
		return run(t.Context(), append([]string{"-data", dir, "-audit"}, more...), &out)
	}
	if err := check(); !errors.Is(err, errNothingToAudit) {
		t.Errorf("an empty database: %v", err)
	}
	r := begun(t, "-data", dir)
	officer := r.token("qh110005", demoPassword)
	status, signed := r.rest(officer, "POST", "/checkpoints", nil)
	note, _ := signed["note"].(string)
	if status != http.StatusCreated || note == "" {
		t.Fatalf("no checkpoint: %d %v", status, signed)
	}
	file := filepath.Join(t.TempDir(), "checkpoint.txt")
	if err := os.WriteFile(file, []byte(note), 0o600); err != nil {
		t.Fatal(err)
	}
	status, said := r.rest(officer, "POST", "/audit", map[string]any{"checkpoints": []string{note}})
	findings, _ := said["findings"].([]any)
	if status != http.StatusOK || said["result"] != "holds" || said["earlier"] != 1.0 || len(findings) != 0 || said["cases"].(float64) < 3 {
		t.Errorf("by REST: %d %v", status, said)
	}
	if status, said := r.rest(officer, "POST", "/audit", map[string]any{"checkpoints": []string{"none"}}); status != http.StatusOK || said["result"] != "fails" {
		t.Errorf("by REST, against what is no checkpoint: %d %v", status, said)
	}
	if status, _ := r.rest(r.token("qh150013", demoPassword), "POST", "/audit", map[string]any{}); status != http.StatusNotFound {
		t.Errorf("a clerk: %d", status)
	}
	if err := check("-checkpoint", file); !errors.Is(err, errFolderInUse) {
		t.Errorf("beside the server on an embedded database: %v", err)
	}
	r.end()

	if err := check("-checkpoint", file); err != nil || !strings.Contains(out.String(), "相符") || strings.Contains(out.String(), "不相符") {
		t.Errorf("it does not hold: %v\n%s", err, out.String())
	}
	if err := check("-checkpoint", filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "-checkpoint") {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(file+"2", []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := check("-checkpoint", file, "-checkpoint", file+"2"); !errors.Is(err, errAuditFails) {
		t.Errorf("against what is no checkpoint: %v\n%s", err, out.String())
	}

	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(dir, fileCases)}).EscapedPath())
	if err != nil {
		t.Fatal(err)
	}
	done, err := db.ExecContext(t.Context(), `DELETE FROM isms_trail WHERE seq = 2 AND chain = (SELECT chain FROM isms_trail WHERE chain LIKE 'case/%' AND seq = 2 ORDER BY chain LIMIT 1)`)
	if err == nil {
		var n int64
		if n, err = done.RowsAffected(); n != 1 {
			t.Errorf("%d entries were deleted", n)
		}
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if err := check("-checkpoint", file); !errors.Is(err, errAuditFails) || !strings.Contains(out.String(), "不相符") {
		t.Errorf("after an entry was deleted: %v\n%s", err, out.String())
	}
	for _, wrong := range [][]string{{"-audit", "-empty"}, {"-audit", "-make-admin", "x"}, {"-checkpoint", file}} {
		if err := run(t.Context(), append([]string{"-data", dir}, wrong...), &out); err == nil {
			t.Errorf("%v is not refused", wrong)
		}
	}
}
