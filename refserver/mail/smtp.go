package mail

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/ismskit/ismskit/ismskit"
)

// Options of SMTP.
type Options struct {
	// Server is host:port of the mail server. On port 465 the connection is
	// encrypted from the start, otherwise by STARTTLS where the server offers it.
	Server string
	// User and Password sign in; an empty User sends without signing in. They are
	// only told to a server over TLS, or on this machine.
	User, Password string
	// From is the sender, an address with or without a name.
	From string
	// Timeout is how long one mail may take; 0 is 30 seconds.
	Timeout time.Duration
	// TLS replaces the usual check of the server's certificate, for a house with
	// an authority of its own. May be nil.
	TLS *tls.Config
}

const (
	defaultTimeout = 30 * time.Second
	portImplicit   = 465
)

// SMTP is an ismskit.Notifier that hands mails to a mail server, one connection
// each. It is safe for concurrent use.
type SMTP struct {
	host   string
	opts   []gomail.Option
	from   *netmail.Address
	domain string
}

var _ ismskit.Notifier = (*SMTP)(nil)

// New checks the options; it doesn't connect.
func New(o Options) (*SMTP, error) {
	host, portText, err := net.SplitHostPort(o.Server)
	if err != nil {
		return nil, fmt.Errorf("mail: server: %w", err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || host == "" {
		return nil, fmt.Errorf("mail: server %q is no host:port", o.Server)
	}
	from, err := netmail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("mail: from: %w", err)
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	s := &SMTP{host: host, from: from, domain: from.Address[strings.LastIndexByte(from.Address, '@')+1:]}
	s.opts = []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(o.Timeout), gomail.WithTLSPolicy(policy(host, o.User))}
	if port == portImplicit {
		s.opts = append(s.opts, gomail.WithSSL())
	}
	if o.TLS != nil {
		s.opts = append(s.opts, gomail.WithTLSConfig(o.TLS))
	}
	if o.User != "" {
		s.opts = append(s.opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(o.User), gomail.WithPassword(o.Password))
	}
	if _, err := gomail.NewClient(host, s.opts...); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return s, nil
}

// policy insists on TLS where a password would go over the network.
func policy(host, user string) gomail.TLSPolicy {
	ip := net.ParseIP(host)
	if user == "" || host == "localhost" || ip != nil && ip.IsLoopback() {
		return gomail.TLSOpportunistic
	}
	return gomail.TLSMandatory
}

// Notify sends one mail. Its Message-ID is made from Mail.ID, so that a mail that
// is sent again, because the answer was lost, is recognised by the receiver.
func (s *SMTP) Notify(ctx context.Context, m ismskit.Mail) error {
	if m.Address == "" {
		return errors.New("mail: no address")
	}
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.opts...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

func (s *SMTP) message(m ismskit.Mail) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	to, err := netmail.ParseAddress(m.Address)
	if err != nil {
		return nil, fmt.Errorf("mail: address of %s: %w", m.Person, err)
	}
	msg.ToMailAddress(&netmail.Address{Name: oneLine(m.Name), Address: to.Address})
	msg.Subject(oneLine(m.Subject))
	msg.SetMessageIDWithValue(s.messageID(m.ID))
	msg.SetDate()
	// No answer by a machine: an absence notice must not come back to us (RFC 3834).
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	return msg, nil
}

func (s *SMTP) messageID(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16]) + "@" + s.domain
}

// oneLine keeps a header one header.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' || r == 0 }), " ")
}
