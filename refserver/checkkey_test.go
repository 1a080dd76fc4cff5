package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/refserver/account"
)

// The key of the check codes is made once and stays: with another no copy that is about would
// be known, so one that cannot be read stops the server rather than being replaced.
func TestTheKeyOfTheCheckCodesStays(t *testing.T) {
	o := options{data: filepath.Join(t.TempDir(), "new")}
	accounts := houseOfKeys(t)
	first, err := openCheckKey(t.Context(), o, accounts)
	if err != nil || len(first) != checkKeyBytes {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	again, err := openCheckKey(t.Context(), o, accounts)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("another key at the next start: %v", err)
	}
	path := filepath.Join(o.data, fileCheckKey)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", info, err)
	}
	if left, err := os.ReadDir(o.data); err != nil || len(left) != 1 {
		t.Errorf("left beside it: %v, %v", left, err)
	}
	other, err := openCheckKey(t.Context(), options{data: t.TempDir()}, houseOfKeys(t))
	if err != nil || bytes.Equal(first, other) {
		t.Errorf("two houses have one key: %v", err)
	}
	for _, broken := range []string{"", "abc\n", "00\n"} {
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openCheckKey(t.Context(), o, accounts); err == nil {
			t.Errorf("%q is taken for a key", broken)
		}
	}
}

// A key that is lost, or another that was put in its place, is noticed: the server would deny
// every copy that is about. Who has none any more says so, and then the new one is the key.
func TestALostKeyOfTheCheckCodesIsNoticed(t *testing.T) {
	o := options{data: t.TempDir()}
	accounts := houseOfKeys(t)
	first, err := openCheckKey(t.Context(), o, accounts)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(o.data, fileCheckKey)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := openCheckKey(t.Context(), o, accounts); !errors.Is(err, errCheckKey) || !strings.Contains(err.Error(), path+" is missing") {
		t.Errorf("a lost key: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another was made: %v", err)
	}
	elsewhere := options{data: t.TempDir()} // a second server that was not given the file
	if _, err := openCheckKey(t.Context(), elsewhere, houseOfKeys(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := openCheckKey(t.Context(), elsewhere, accounts); !errors.Is(err, errCheckKey) {
		t.Errorf("the key of another house: %v", err)
	}
	o.newCheckKey = true
	second, err := openCheckKey(t.Context(), o, accounts)
	if err != nil || bytes.Equal(first, second) {
		t.Fatalf("no new key: %v", err)
	}
	o.newCheckKey = false
	if again, err := openCheckKey(t.Context(), o, accounts); err != nil || !bytes.Equal(second, again) {
		t.Errorf("the new key does not stay: %v", err)
	}
}

// houseOfKeys opens the accounts of a new house.
func houseOfKeys(t *testing.T) *account.Store {
	t.Helper()
	k, err := openFolder(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k.accounts
}

// A command makes no codes: whoever checks a database that he restored, or one beside servers that
// have a key, needs none, and leaves the key of the house what it is.
func TestACommandNeedsNoKeyOfTheCheckCodes(t *testing.T) {
	dir := t.TempDir()
	begun(t, "-data", dir).end()
	path := filepath.Join(dir, fileCheckKey)
	key, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, command := range [][]string{
		{"-audit"}, {"-bundle", filepath.Join(t.TempDir(), "bundle"), "-bundle-changes"}, {"-make-admin", "qh150013"},
	} {
		if err := run(t.Context(), append([]string{"-data", dir}, command...), &out); err != nil {
			t.Errorf("%s without the key: %v", command[0], err)
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s made another: %v", command[0], err)
		}
		if err := run(t.Context(), append([]string{"-data", dir, "-new-check-key"}, command...), &out); err == nil || !strings.Contains(err.Error(), "-new-check-key") {
			t.Errorf("%s makes a new key: %v", command[0], err)
		}
	}
	if err := os.WriteFile(path, key, 0o600); err != nil {
		t.Fatal(err)
	}
	begun(t, "-data", dir).end() // the key is the house's still
}
