package storagetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ismskit/ismskit/ismskit"
)

// RunBlobs holds a store of files to its contract. open returns a new, empty one.
func RunBlobs(t *testing.T, open func(t *testing.T) ismskit.Blobs) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, b ismskit.Blobs)
	}{{"Content", blobContent}, {"Refused", blobsRefused}, {"Sweep", blobSweep}, {"SameAtOnce", sameBlobAtOnce}} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func putBlob(t *testing.T, b ismskit.Blobs, content []byte) string {
	t.Helper()
	digest, size, err := b.Put(t.Context(), bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	if digest != hex.EncodeToString(sum[:]) || size != int64(len(content)) {
		t.Fatalf("stored as %s with %d bytes", digest, size)
	}
	return digest
}

func blobContent(t *testing.T, b ismskit.Blobs) {
	for name, content := range map[string][]byte{
		"empty": {}, "a word": []byte("程序書"), "just a piece": bytes.Repeat([]byte{7}, 1<<20), "three pieces": bytes.Repeat([]byte("abc\x00"), 1<<19+5),
	} {
		digest := putBlob(t, b, content)
		putBlob(t, b, content)
		r, err := b.Open(t.Context(), digest)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %d bytes came back of %d, %v", name, len(got), len(content), err)
		}
	}
}

func blobsRefused(t *testing.T, b ismskit.Blobs) {
	if _, _, err := b.Put(t.Context(), strings.NewReader("四個字元"), 11); !errors.Is(err, ismskit.ErrTooLarge) {
		t.Errorf("a byte too many: %v", err)
	}
	cut := errors.New("connection lost")
	if _, _, err := b.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut)), 1000); !errors.Is(err, cut) {
		t.Errorf("an upload cut in the middle: %v", err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, _, err := b.Put(gone, strings.NewReader("x"), 10); err == nil {
		t.Error("stored for somebody who had left")
	}
	for _, name := range []string{"", "..", "../../etc/passwd", strings.Repeat("0", 64), strings.Repeat("A", 64), strings.Repeat("../", 22)[:64]} {
		if _, err := b.Open(t.Context(), name); !errors.Is(err, ismskit.ErrNotFound) {
			t.Errorf("open %q: %v", name, err)
		}
		if err := b.Remove(t.Context(), name, time.Now().Add(time.Hour)); err != nil {
			t.Errorf("remove %q: %v", name, err)
		}
	}
	left, err := b.List(t.Context(), time.Now().Add(time.Hour), "", 10)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func blobSweep(t *testing.T, b ismskit.Blobs) {
	var all []string
	for _, s := range []string{"a", "b", "c", "d", "e"} {
		all = append(all, putBlob(t, b, []byte(s)))
	}
	slices.Sort(all)
	soon := time.Now().Add(time.Hour)
	list := func(before time.Time, after string, limit int) []string {
		got, err := b.List(t.Context(), before, after, limit)
		if err != nil {
			t.Error(err)
		}
		return got
	}
	same(t, "first page", list(soon, "", 2), all[:2])
	same(t, "second page", list(soon, all[1], 10), all[2:])
	same(t, "too young", list(time.Now().Add(-time.Hour), "", 10), nil)
	if err := b.Remove(t.Context(), all[2], time.Now().Add(-time.Hour)); err != nil {
		t.Error(err)
	}
	same(t, "written again since it was looked at", list(soon, "", 10), all)
	for range 2 {
		if err := b.Remove(t.Context(), all[2], soon); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.Open(t.Context(), all[2]); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("a removed blob: %v", err)
	}
	same(t, "after a removal", list(soon, "", 10), slices.Delete(slices.Clone(all), 2, 3))
}

func sameBlobAtOnce(t *testing.T, b ismskit.Blobs) {
	content := bytes.Repeat([]byte("same"), 400_000)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, _, err := b.Put(t.Context(), bytes.NewReader(content), 1<<30); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	putBlob(t, b, content)
}
