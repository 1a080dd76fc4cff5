package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"mime"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/ismskit/ismskit/ismskit"
)

// postOffice is a mail server in this process.
type postOffice struct {
	mu       sync.Mutex
	letters  []letter
	user     string
	password string
	refuse   error // said to every recipient
}

type letter struct {
	from, to string
	tls      bool
	signedIn bool
	data     []byte
}

type visit struct {
	office   *postOffice
	conn     *smtp.Conn
	from, to string
	signedIn bool
}

func (o *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &visit{office: o, conn: c}, nil
}

func (v *visit) AuthMechanisms() []string {
	if v.office.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != v.office.user || password != v.office.password {
			return smtp.ErrAuthFailed
		}
		v.signedIn = true
		return nil
	}), nil
}

func (v *visit) Mail(from string, _ *smtp.MailOptions) error { v.from = from; return nil }
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error   { v.to = to; return v.office.refuse }
func (v *visit) Reset()                                      {}
func (v *visit) Logout() error                               { return nil }
func (v *visit) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	_, secure := v.conn.TLSConnectionState()
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	v.office.letters = append(v.office.letters, letter{v.from, v.to, secure, v.signedIn, data})
	return err
}

func (o *postOffice) received() []letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.letters
}

// open starts a post office on a free port.
func open(t *testing.T, o *postOffice, cert *tls.Certificate) string {
	t.Helper()
	s := smtp.NewServer(o)
	s.Domain, s.AllowInsecureAuth = "localhost", true
	if cert != nil {
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

var morning = ismskit.Mail{
	ID: "mail/P05/2026-11-23", Person: "P05", Name: "林建安", Address: "qh100005@qinghai.example",
	Subject: "您有 2 件待辦事項", Body: "IS-04-012-115-0087　調任收發窗口\r\nhttps://isms.qinghai.example/cases/1\r\n", At: time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC),
}

func TestAMailArrivesInTheWordsThatWereKept(t *testing.T) {
	office := &postOffice{}
	s, err := New(Options{Server: open(t, office, nil), From: "資安管理系統 <isms@qinghai.example>"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Notify(context.Background(), morning); err != nil {
		t.Fatal(err)
	}
	// The answer was lost: the queue sends it again, and the receiver can tell.
	if err := s.Notify(context.Background(), morning); err != nil {
		t.Fatal(err)
	}
	letters := office.received()
	if len(letters) != 2 || letters[0].from != "isms@qinghai.example" || letters[0].to != morning.Address {
		t.Fatalf("received %d letters, first %+v", len(letters), letters)
	}
	first, again := read(t, letters[0].data), read(t, letters[1].data)
	if id := first.Header.Get("Message-ID"); id == "" || id != again.Header.Get("Message-ID") || !strings.HasSuffix(id, "@qinghai.example>") {
		t.Errorf("message ids %q and %q", id, again.Header.Get("Message-ID"))
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(first.Header.Get("Subject"))
	if err != nil || subject != morning.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	if first.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Error("an absence notice would come back to us")
	}
	body, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, first.Body))
	if err != nil || string(body) != morning.Body {
		t.Errorf("body %q, %v", body, err)
	}
}

func read(t *testing.T, data []byte) *netmail.Message {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	return m
}

func TestTLSIsUsedWhereItIsOffered(t *testing.T) {
	cert, pool := certificate(t)
	office := &postOffice{user: "isms", password: "Secret-115-115"}
	s, err := New(Options{
		Server: open(t, office, &cert), From: "isms@qinghai.example", User: office.user, Password: office.password,
		TLS: &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Notify(context.Background(), morning); err != nil {
		t.Fatal(err)
	}
	if l := office.received(); len(l) != 1 || !l[0].tls || !l[0].signedIn {
		t.Errorf("received %+v", l)
	}
}

func TestACertificateThatIsNotTheServersIsRefused(t *testing.T) {
	cert, _ := certificate(t)
	office := &postOffice{}
	s, err := New(Options{Server: open(t, office, &cert), From: "isms@qinghai.example"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Notify(context.Background(), morning); err == nil || len(office.received()) != 0 {
		t.Errorf("sent %d letters, %v", len(office.received()), err)
	}
}

func TestWhatTheServerRefusesIsAnError(t *testing.T) {
	office := &postOffice{refuse: &smtp.SMTPError{Code: 550, Message: "no such user"}}
	s, err := New(Options{Server: open(t, office, nil), From: "isms@qinghai.example"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Notify(context.Background(), morning); err == nil {
		t.Error("a refused mail counts as sent")
	}
	noOne := morning
	noOne.Address = ""
	if err := s.Notify(context.Background(), noOne); err == nil {
		t.Error("a mail without an address counts as sent")
	}
}

func TestAHeaderStaysOneHeader(t *testing.T) {
	office := &postOffice{}
	s, err := New(Options{Server: open(t, office, nil), From: "isms@qinghai.example"})
	if err != nil {
		t.Fatal(err)
	}
	evil := morning
	evil.Subject = "您有待辦事項\r\nBcc: everybody@qinghai.example"
	evil.Name = "林建安\r\nX-Other: 1"
	if err := s.Notify(context.Background(), evil); err != nil {
		t.Fatal(err)
	}
	head := read(t, office.received()[0].data).Header
	if head.Get("Bcc") != "" || head.Get("X-Other") != "" {
		t.Errorf("header smuggled in: %v", head)
	}
}

func TestSilenceEnds(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes the call and says nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s, err := New(Options{Server: l.Addr().String(), From: "isms@qinghai.example", Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Notify(context.Background(), morning); err == nil {
		t.Error("a silent server took a mail")
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{
		{Server: "mail", From: "a@b.example"},
		{Server: "mail:smtp", From: "a@b.example"},
		{Server: ":25", From: "a@b.example"},
		{Server: "mail:25", From: "nobody"},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
