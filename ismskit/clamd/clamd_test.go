package clamd_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ismskit/ismskit/ismskit/clamd"
)

// daemon answers as clamd does: it takes the file that comes in chunks and lets answer
// say what is written back; a file beyond most ends at once.
type daemon struct {
	most   int
	answer func(file []byte) string // "" hangs up
	silent bool
}

func (d daemon) listen(t *testing.T, network, at string) string {
	t.Helper()
	l, err := net.Listen(network, at)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			d.serve(conn)
		}
	}()
	return l.Addr().String()
}

func (d daemon) serve(conn net.Conn) {
	defer conn.Close()
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(conn, command); err != nil || string(command) != "zINSTREAM\x00" {
		return
	}
	var file bytes.Buffer
	for {
		var n uint32
		if err := binary.Read(conn, binary.BigEndian, &n); err != nil {
			return
		}
		if n == 0 {
			break
		}
		if d.most > 0 && file.Len()+int(n) > d.most {
			io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
		if _, err := io.CopyN(&file, conn, int64(n)); err != nil {
			return
		}
	}
	if d.silent {
		io.Copy(io.Discard, conn) // until the other side gives up
		return
	}
	io.WriteString(conn, d.answer(file.Bytes()))
}

func TestAFileIsScanned(t *testing.T) {
	const eicar = "X5O!P%@AP"
	d := daemon{most: 1 << 20, answer: func(file []byte) string {
		switch {
		case bytes.Contains(file, []byte(eicar)):
			return "stream: Win.Test.EICAR_HDB-1 FOUND\x00"
		case len(file) != 0 && len(file) != 200_000:
			return "stream: not all of it came ERROR\x00"
		}
		return "stream: OK\x00"
	}}
	path := filepath.Join(t.TempDir(), "clamd")
	d.listen(t, "unix", path)
	for _, at := range []string{d.listen(t, "tcp", "127.0.0.1:0"), "unix:" + path} {
		s := clamd.Scanner{Address: at}
		for text, want := range map[string]string{strings.Repeat("x", 200_000): "", "": "", strings.Repeat("x", 100_000) + eicar: "Win.Test.EICAR_HDB-1"} {
			if found, err := s.Scan(t.Context(), strings.NewReader(text)); err != nil || found != want {
				t.Errorf("%s: %d bytes: %q, %v", at, len(text), found, err)
			}
		}
		if found, err := s.Scan(t.Context(), strings.NewReader(strings.Repeat("x", 8<<20))); found != "" || err == nil {
			t.Errorf("%s: larger than it takes: %q, %v", at, found, err)
		}
	}
}

// What says nothing, or something else, has not looked: there is an error each time, and
// never a file that passes for clean.
func TestADaemonThatDoesNotAnswerLetsNothingPass(t *testing.T) {
	says := func(s string) daemon { return daemon{answer: func([]byte) string { return s }} }
	for name, d := range map[string]daemon{
		"hangs up":             says(""),
		"hangs up in the word": says("stream: OK"),
		"an error":             says("stream: Can't allocate memory ERROR\x00"),
		"found without a name": says("stream:  FOUND\x00"),
		"something else":       says("HTTP/1.1 400 Bad Request\x00"),
		"no end":               says(strings.Repeat("x", 10_000)),
		"hangs up in the file": {most: 1, answer: nil},
		"silence":              {silent: true},
	} {
		begun := time.Now()
		found, err := clamd.Scanner{Address: d.listen(t, "tcp", "127.0.0.1:0"), Patience: 300 * time.Millisecond}.Scan(t.Context(), strings.NewReader("a file"))
		if err == nil || found != "" {
			t.Errorf("%s: %q, %v", name, found, err)
		}
		if name == "hangs up in the file" && !errors.Is(err, clamd.ErrSize) {
			t.Errorf("%s: %v", name, err)
		}
		if time.Since(begun) > 5*time.Second {
			t.Errorf("%s: took %s", name, time.Since(begun))
		}
	}
	// Nobody listens where somebody has listened before.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if found, err := (clamd.Scanner{Address: at}).Scan(t.Context(), strings.NewReader("x")); err == nil || found != "" {
		t.Errorf("nobody there: %q, %v", found, err)
	}
	fine := says("stream: OK\x00").listen(t, "tcp", "127.0.0.1:0")
	wrong := errors.New("the share is away")
	if _, err := (clamd.Scanner{Address: fine}).Scan(t.Context(), iotest.ErrReader(wrong)); !errors.Is(err, wrong) {
		t.Errorf("a file that cannot be read: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (clamd.Scanner{Address: fine}).Scan(ctx, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("ended from outside: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for address, fine := range map[string]bool{
		"127.0.0.1:3310": true, "clamav.example.gov.tw:3310": true, "[::1]:3310": true, "unix:/run/clamav/clamd.ctl": true,
		"": false, "clamav": false, ":3310": false, "clamav:": false, "unix:": false,
	} {
		if err := clamd.Check(address); (err == nil) != fine {
			t.Errorf("%q: %v", address, err)
		}
	}
}
