package clean

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/ismskit/ismskit/ismskit"
)

// Digest reports whether a text is a SHA-256 in lower-case hex; nothing else is
// ever used as the name of a file.
func Digest(s string) bool {
	if len(s) != 2*sha256.Size {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Spool copies at most max bytes and returns their digest and number; more is
// ismskit.ErrTooLarge.
func Spool(w io.Writer, r io.Reader, max int64) (digest string, size int64, err error) {
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(w, h), io.LimitReader(r, max))
	if err != nil {
		return "", 0, fmt.Errorf("storage: blob: %w", err)
	}
	if n, err := io.ReadFull(r, make([]byte, 1)); n > 0 {
		return "", 0, ismskit.ErrTooLarge
	} else if err != io.EOF {
		return "", 0, fmt.Errorf("storage: blob: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}
