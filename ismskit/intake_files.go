package ismskit

import (
	"context"
	"errors"
	"io"
	"path"
	"slices"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/intake"
)

// keptFile is a file of a package as it was taken up, or why it cannot be.
type keptFile struct {
	file forms.File
	code string // of what is wrong with it; "" for nothing
	text forms.Text
}

// takeFiles finds the files that lines mention and takes them up: what they are is told by their
// content, as of any upload. Those of lines that are wrong already are looked at all the same, so
// that everything is said at once.
func (c *checkingIntake) takeFiles() error {
	for _, line := range c.lines {
		for _, name := range line.names {
			f, several, found := c.in.Files.Find(name)
			switch {
			case several:
				line.fault(intakeFiles, "intake.file_several", map[string]string{"name": name})
				continue
			case !found, c.in.Index != nil && f.Name == c.in.Index.Name:
				line.fault(intakeFiles, "intake.file_missing", map[string]string{"name": name})
				continue
			}
			kept, err := c.take(f, line.What)
			if err != nil {
				return err
			}
			c.used[f.Name] = append(c.used[f.Name], line)
			if kept.code != "" {
				cell := line.cell(intakeFiles)
				line.Faults = append(line.Faults, intakeFault{Cell: cell.At, Value: f.Name, Field: intakeFiles, Code: kept.code, Text: kept.text})
				continue
			}
			if slices.ContainsFunc(line.Files, func(one forms.File) bool { return one.Digest == kept.file.Digest }) {
				continue
			}
			line.Files = append(line.Files, kept.file)
			c.same[kept.file.Digest] = append(c.same[kept.file.Digest], line)
		}
	}
	return nil
}

// take takes up a file once, whichever lines mention it. An error is none of the file's.
func (c *checkingIntake) take(f intake.File, what string) (keptFile, error) {
	if known, ok := c.kept[f.Name]; ok {
		return known, nil
	}
	if c.in.Files == nil {
		return keptFile{}, ErrNotFound
	}
	kept, err := c.i.takeUp(c.ctx, c.actor, c.kind, f, what)
	if err == nil {
		c.kept[f.Name] = kept
	}
	return kept, err
}

func (i Intake) takeUp(ctx context.Context, actor Actor, kind *kind, f intake.File, what string) (out keptFile, err error) {
	r, err := f.Open()
	if err == nil {
		defer func() { err = errors.Join(err, r.Close()) }()
		reader := &readOf{r: r}
		out.file, err = i.k.Files().upload(ctx, actor, path.Base(f.Name), reader, func(file forms.File) error {
			if fault, fits := kind.form.CheckFile(intakeFiles, file); !fits {
				return forms.Invalid{fault}
			}
			return nil
		})
		if reader.failed != nil {
			err = reader.failed
		}
	}
	out.code, out.text = fileFault(err)
	if out.code != "" {
		return out, nil
	}
	return out, err
}

// readOf keeps why reading failed.
type readOf struct {
	r      io.Reader
	failed error
}

func (r *readOf) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.failed = err
	}
	return n, err
}

// fileFault says what is wrong with a file; "" where it is not the file's.
func fileFault(err error) (string, forms.Text) {
	if invalid, ok := errors.AsType[forms.Invalid](err); ok && len(invalid) > 0 {
		return invalid[0].Code, inWords(invalid[0].Message)
	}
	if bad, ok := errors.AsType[*intake.Error](err); ok {
		return "intake.file_broken", inWords(bad.Text)
	}
	if unfit, ok := errors.AsType[*Untaken](err); ok {
		return untakenTexts[unfit.Why], inWords(unfit.Text)
	}
	for _, one := range []struct {
		is   bool
		code string
	}{{isA[*TooLarge](err), "upload.too_large"}, {isA[*Unscanned](err), "upload.unscanned"}} {
		if one.is {
			said, _ := errors.AsType[interface {
				error
				Text(lang string) string
			}](err)
			return one.code, inWords(said.Text)
		}
	}
	if bad, ok := errors.AsType[*Infected](err); ok {
		return "intake.infected", sayAll("intake.infected", func(string) map[string]string { return map[string]string{"name": bad.Name, "found": bad.Found} })
	}
	return "", nil
}

func isA[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// unused are the files that no line mentions.
func (c *checkingIntake) unused() []string {
	var out []string
	for _, f := range c.in.Files.Files {
		if len(c.used[f.Name]) == 0 && (c.in.Index == nil || f.Name != c.in.Index.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}
