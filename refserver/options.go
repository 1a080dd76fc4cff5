package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ismskit/ismskit/ismskit/clamd"
	"github.com/ismskit/ismskit/refserver/cosign"
)

// options are what the command line and the environment say.
type options struct {
	addr   string
	data   string
	db     string
	empty  bool
	agency string
	// makeAdmin is whom to make an administrator, by login or id, instead of serving.
	makeAdmin string
	// audit checks the trail instead of serving, against checkpoints in these files.
	audit       bool
	checkpoints []string
	url         string
	public      string // url as it was given
	lang        string
	verbose     bool
	proxies     proxies

	witnessFolder string
	timeSource    string
	witnessMail   string
	cosigner      string
	cosignerKey   string
	certificates  string
	clamd         string
	newCheckKey   bool
	bundle        bundleOptions

	smtp         string
	from         string
	smtpUser     string
	smtpPassword string
}

// Secrets come by the environment, so that they stand in no list of processes.
const (
	envSMTPUser     = "ISMSKIT_SMTP_USER"
	envSMTPPassword = "ISMSKIT_SMTP_PASSWORD"
	envDatabase     = "ISMSKIT_DB"
)

func parseOptions(args []string, help io.Writer) (options, error) {
	o := options{db: os.Getenv(envDatabase), smtpUser: os.Getenv(envSMTPUser), smtpPassword: os.Getenv(envSMTPPassword)}
	f := flag.NewFlagSet("refserver", flag.ContinueOnError)
	f.SetOutput(help)
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 picks a free one")
	f.StringVar(&o.data, "data", "ismskit-data", "`folder` that holds everything the server keeps")
	f.StringVar(&o.db, "db", o.db, "PostgreSQL `address` (postgres://…) instead of the embedded database; also from "+envDatabase)
	f.BoolVar(&o.empty, "empty", false, "begin without the demonstration agency, with a first administrator")
	f.StringVar(&o.agency, "agency", "", "`name` of the organisation")
	f.StringVar(&o.makeAdmin, "make-admin", "", "make the person with this `login` (or id), who stands in the list of people, a system administrator, print a\none-time password and end: the way back where no administrator can sign in any more. It is noted on the trail")
	f.StringVar(&o.url, "url", "", "public `address` of this server, for links in mails (default: where it listens)")
	f.StringVar(&o.lang, "lang", "zh-TW", "`language` of notices and mails: zh-TW or en")
	f.StringVar(&o.smtp, "smtp", "", "`host:port` of the mail server; without it notices stay on the notices page.\nUser and password from "+envSMTPUser+" and "+envSMTPPassword)
	f.StringVar(&o.from, "from", "", "sender's `address` of mails")
	f.StringVar(&o.witnessFolder, "checkpoint-folder", "", "`folder` elsewhere that keeps the nightly checkpoints of the trail")
	f.StringVar(&o.witnessMail, "checkpoint-mail", "", "`address` of the audit unit that is mailed them")
	f.StringVar(&o.cosigner, "checkpoint-cosigner", "", "`address` of a witness elsewhere that signs them beside this server, as examples/witness is one")
	f.StringVar(&o.cosignerKey, "checkpoint-cosigner-key", "", "the public `key` of that witness, as it prints it")
	f.StringVar(&o.certificates, "certificates", "", "`file` (PEM) with the issuers whose certificates people may sign with, and their lists of revoked ones;\noffers a form on which each tries his card")
	f.StringVar(&o.clamd, "clamd", "", "`address` of a ClamAV daemon that looks at every upload: host:port or unix:/path; while it does not answer\nno file is kept")
	f.BoolVar(&o.newCheckKey, "new-check-key", false, "go on where "+fileCheckKey+" is lost: codes on copies of documents made until now are not known any more")
	f.StringVar(&o.timeSource, "time-source", "", "`host` of standard time (NTP) that each checkpoint says this machine's clock is how far from,\nsuch as tock.stdtime.gov.tw")
	f.StringVar(&o.bundle.file, "bundle", "", "write a bundle (封存檔) of records to this `file` and end; all records, or those of")
	f.StringVar(&o.bundle.number, "bundle-number", "", "  one record `number`, or those that begin so, with * at the end")
	f.StringVar(&o.bundle.form, "bundle-form", "", "  one form `number`")
	f.StringVar(&o.bundle.class, "bundle-class", "", "  one confidentiality `class`")
	f.StringVar(&o.bundle.system, "bundle-system", "", "  one system's `id`")
	f.StringVar(&o.bundle.from, "bundle-from", "", "  a period, from this `day` (2026-01-31)")
	f.StringVar(&o.bundle.to, "bundle-to", "", "  to this `day`")
	f.BoolVar(&o.bundle.withSystem, "bundle-changes", false, "  with the trails of people, roles, lists and exports")
	f.BoolVar(&o.audit, "audit", false, "check every trail in the database against the log of checkpoints, say what was found, and end; with an error\nwhere anything does not hold. On PostgreSQL the\nserver may run meanwhile; otherwise ask the running one by REST (POST /api/v1/audit)")
	f.Func("checkpoint", "  and against the signed checkpoint in this `file`, as the audit unit was mailed it or a witness keeps it; may be\n  given several times", func(name string) error {
		o.checkpoints = append(o.checkpoints, name)
		return nil
	})
	f.Var(&o.proxies, "trusted-proxy", "`addresses` of the proxies in front, as 10.1.2.3 or 10.1.2.0/24, more with commas: only theirs is the word\nbelieved (X-Forwarded-For) from where somebody comes. Without it all who come through a proxy count as one\nwhen wrong passwords are slowed down")
	f.BoolVar(&o.verbose, "v", false, "log every request")
	if err := f.Parse(args); err != nil {
		return options{}, err
	}
	if f.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	err := o.check()
	o.public = o.url
	return o, err
}

// check reports everything that is wrong at once, before anything starts.
func (o *options) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(o.addr); err != nil {
		fault("-addr: %w", err)
	}
	if o.data == "" {
		fault("-data: a folder is needed")
	}
	if o.db != "" {
		if _, err := pgx.ParseConfig(o.db); err != nil {
			fault("-db: not an address of PostgreSQL such as postgres://user@host/database") // it may hold a password: never repeated
		}
	}
	if !slices.Contains([]string{"zh-TW", "en"}, o.lang) {
		fault("-lang: %q is neither zh-TW nor en", o.lang)
	}
	if o.url != "" {
		u, err := url.Parse(o.url)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
			fault("-url: %q is no address like https://isms.example.gov.tw", o.url)
		} else if strings.Trim(u.Path, "/") != "" {
			fault("-url: %q has a path; this server answers at the root of its host", o.url)
		}
		o.url = strings.TrimSuffix(o.url, "/")
	}
	if o.timeSource != "" && strings.ContainsFunc(o.timeSource, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		fault("-time-source: %q is no host like tock.stdtime.gov.tw", o.timeSource)
	}
	if o.witnessMail != "" {
		if _, err := mail.ParseAddress(o.witnessMail); err != nil {
			fault("-checkpoint-mail: %w", err)
		}
		if o.smtp == "" {
			fault("-checkpoint-mail: needs -smtp")
		}
	}
	if o.cosigner != "" || o.cosignerKey != "" {
		if _, err := cosign.NewRemote(o.cosigner, o.cosignerKey); err != nil {
			fault("-checkpoint-cosigner: %w", err)
		}
	}
	if o.clamd != "" {
		if err := clamd.Check(o.clamd); err != nil {
			fault("-clamd: %w", err)
		}
	}
	if info, err := os.Stat(o.witnessFolder); o.witnessFolder != "" && (err != nil || !info.IsDir()) {
		fault("-checkpoint-folder: %s is no folder that is there", o.witnessFolder)
	}
	if o.makeAdmin != "" && (o.empty || o.bundle != (bundleOptions{})) {
		fault("-make-admin: goes with neither -empty nor -bundle")
	}
	if o.audit && (o.empty || o.makeAdmin != "" || o.bundle != (bundleOptions{})) {
		fault("-audit: goes with none of -empty, -make-admin and -bundle")
	}
	if o.newCheckKey && o.ends() {
		fault("-new-check-key: is for a server that starts; goes with none of -audit, -bundle and -make-admin")
	}
	if len(o.checkpoints) > 0 && !o.audit {
		fault("-checkpoint: goes with -audit")
	}
	if o.bundle != (bundleOptions{}) {
		if o.bundle.file == "" {
			fault("-bundle: what goes into a bundle is given, but no file to write it to")
		}
		if _, _, err := o.bundle.query(); err != nil {
			fault("%w", err)
		}
	}
	if o.smtp != "" {
		if _, _, err := net.SplitHostPort(o.smtp); err != nil {
			fault("-smtp: %w", err)
		}
		if _, err := mail.ParseAddress(o.from); err != nil {
			fault("-from: mails need a sender's address: %w", err)
		}
	}
	return errors.Join(faults...)
}

// settings are what auditors read on the trail of how the server was started: no secrets, and
// of a database's address only where it is.
func (o options) settings() map[string]string {
	database := "sqlite"
	if c, err := pgx.ParseConfig(o.db); o.db != "" && err == nil {
		database = "postgres " + net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))) + "/" + c.Database
	}
	return map[string]string{
		"db": database, "agency": o.agency, "url": o.public, "smtp": o.smtp, "from": o.from, "checkpoint-folder": o.witnessFolder, "checkpoint-mail": o.witnessMail,
		"checkpoint-cosigner": o.cosigner, "checkpoint-cosigner-key": o.cosignerKey,
		"time-source": o.timeSource, "certificates": o.certificates, "clamd": o.clamd, "trusted-proxy": o.proxies.String(),
	}
}

// ends says that something else is done than to serve.
func (o options) ends() bool {
	return o.audit || o.makeAdmin != "" || o.bundle != (bundleOptions{})
}

// secure says that people reach the server by https.
func (o options) secure() bool { return strings.HasPrefix(o.url, "https://") }
