package filetext

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxDoctype is how long a document type may be: that of no office program is a tenth of it.
const maxDoctype = 4096

// prologue reads what stands before the first element of a part, in whatever encoding: ErrDoctype
// for a document type that may hurt. What is no XML has none. A drawing may define texts.
func (z *zipFile) prologue(name string, drawing bool) error {
	r, err := z.open(name)
	if err != nil {
		return err
	}
	src := &bounded{r: r}
	err = prologue(inUTF8(src), drawing)
	switch {
	case errors.Is(err, ErrDoctype):
		err = fmt.Errorf("%w (%s)", err, name)
	case src.failed != nil:
		err = src.failed
	case err != nil:
		err = fmt.Errorf("%w: %v", ErrBroken, err)
	}
	return errors.Join(err, r.Close())
}

// inUTF8 is XML in UTF-8: it may be in UTF-16, and what is in neither is so up to its first letters.
func inUTF8(r io.Reader) *bufio.Reader {
	src := bufio.NewReader(r)
	otherwise := unicode.UTF8.NewDecoder()
	switch begin, _ := src.Peek(2); string(begin) { // what fails is met again by whoever reads on
	case "<\x00":
		otherwise = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case "\x00<":
		otherwise = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	}
	return bufio.NewReader(transform.NewReader(src, unicode.BOMOverride(otherwise)))
}

func prologue(r *bufio.Reader, drawing bool) error {
	for {
		b, err := r.ReadByte()
		switch {
		case err != nil:
			return err
		case strings.IndexByte(" \t\r\n", b) >= 0:
			continue
		case b != '<':
			return nil
		}
		begin, err := r.Peek(3)
		switch {
		case err != nil:
			return err
		case string(begin) == "!--":
			_, err = r.Discard(3)
			err = errors.Join(err, skip(r, "-->"))
		case begin[0] == '?':
			err = skip(r, "?>")
		case begin[0] == '!':
			err = doctype(r, drawing)
		default:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// skip reads until behind an end.
func skip(r *bufio.Reader, end string) error {
	last := make([]byte, 0, len(end))
	for string(last) != end {
		b, err := r.ReadByte()
		if err != nil {
			return err
		}
		if len(last) == len(end) {
			last = last[:copy(last, last[1:])]
		}
		last = append(last, b)
	}
	return nil
}

// doctype reads a declaration behind its first sign, with what it defines where that is a drawing's.
func doctype(r *bufio.Reader, drawing bool) error {
	var text, defines bytes.Buffer
	into, within := &text, byte(0) // the mark between two of which it reads
	for {
		b, err := r.ReadByte()
		switch {
		case err != nil:
			return err
		case text.Len()+defines.Len() == maxDoctype:
			return ErrDoctype
		case within == 0 && b == '>' && into == &text:
			if !texts.Match(defines.Bytes()) {
				return ErrDoctype
			}
			return judged(text.Bytes()[1:])
		case within == 0 && b == '[':
			if !drawing || into == &defines {
				return ErrDoctype
			}
			into = &defines
			continue
		case within == 0 && b == ']' && into == &defines:
			into = &text
			continue
		case b == within:
			within = 0
		case within == 0 && (b == '"' || b == '\''):
			within = b
		}
		into.WriteByte(b)
	}
}

// harmless is a document type that names what is in the file, and at most where its rules lie.
var harmless = regexp.MustCompile(`(?is)^DOCTYPE\s+[^\s\[\]<>"']+(?:\s+(?:PUBLIC\s+(?:"[^"]*"|'[^']*')|SYSTEM)(?:\s*("[^"]*"|'[^']*'))?)?\s*$`)

// texts are definitions of short texts alone, as Illustrator has one for each of its namespaces:
// nothing from elsewhere, nothing that stands for other texts, and nothing that grows by being used.
var texts = regexp.MustCompile(`(?s)^(?:\s|<!--(?:[^-]|-[^-])*-->|<!ENTITY\s+[^\s%&"'<>]+\s+(?:"[^"%&<]{0,200}"|'[^'%&<]{0,200}')\s*>)*$`)

// legacy is what HTML writes in place of where its rules lie: it is nowhere.
const legacy = "about:legacy-compat"

// judged is ErrDoctype for a declaration that defines something of its own, or that may make a
// program fetch something: from a server that is not the standard's, or from the reader's own disk.
// LibreOffice itself names a file that is nowhere, "libraries.dtd", in each document with a macro.
func judged(declaration []byte) error {
	found := harmless.FindSubmatch(declaration)
	if found == nil {
		return ErrDoctype
	}
	where := strings.Trim(string(found[1]), `"'`)
	if where != legacy && strings.ContainsAny(where, `:/\`) && !strings.HasPrefix(where, "http://www.w3.org/") && !strings.HasPrefix(where, "https://www.w3.org/") {
		return ErrDoctype
	}
	return nil
}
