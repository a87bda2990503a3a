package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/lienket/lienket/internal/base/fault"
	"github.com/lienket/lienket/internal/base/web"
)

// What huma finds wrong with a request becomes faults like any other, said by base/web in
// the reader's language: huma's own sentences are replaced by text keys with arguments.

// Problem is the body of every refusal (RFC 9457).
type Problem struct{ web.Problem }

// Error makes it an error for huma.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// mark begins a sentence of huma that is a text key of ours; bars part its arguments.
const mark = "\x00"

func init() {
	for to, key := range map[*string]string{
		&validation.MsgUnexpectedProperty:       "api.fault.unexpected",
		&validation.MsgExpectedRFC3339DateTime:  "api.fault.time",
		&validation.MsgExpectedRFC3339Date:      "api.fault.date",
		&validation.MsgExpectedBoolean:          "api.fault.boolean",
		&validation.MsgExpectedNumber:           "api.fault.number",
		&validation.MsgExpectedInteger:          "api.fault.integer",
		&validation.MsgExpectedString:           "api.fault.string",
		&validation.MsgExpectedArray:            "api.fault.array",
		&validation.MsgExpectedObject:           "api.fault.object",
		&validation.MsgExpectedArrayItemsUnique: "api.fault.unique",
	} {
		*to = mark + key
	}
	for to, key := range map[*string]string{
		&validation.MsgExpectedOneOf:            "api.fault.one_of|%s",
		&validation.MsgExpectedMinimumNumber:    "api.fault.min|%v",
		&validation.MsgExpectedMaximumNumber:    "api.fault.max|%v",
		&validation.MsgExpectedMinLength:        "api.fault.min_length|%d",
		&validation.MsgExpectedMaxLength:        "api.fault.max_length|%d",
		&validation.MsgExpectedMinItems:         "api.fault.min_items|%d",
		&validation.MsgExpectedMaxItems:         "api.fault.max_items|%d",
		&validation.MsgExpectedBePattern:        "api.fault.pattern|%s",
		&validation.MsgExpectedMatchPattern:     "api.fault.pattern|%s",
		&validation.MsgExpectedRequiredProperty: "api.fault.required|%s",
	} {
		*to = mark + key
	}
	huma.NewError = func(status int, msg string, _ ...error) huma.StatusError {
		return &Problem{web.Problem{Status: status, Detail: msg}}
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		if c, ok := ctx.(*call); ok && c.err == nil {
			c.err = faultOf(status, msg, errs)
		}
		return huma.NewError(status, msg)
	}
}

// faultOf turns what huma refused into faults, each at its place in the request.
func faultOf(status int, msg string, errs []error) error {
	switch status {
	case http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusUnsupportedMediaType:
	case http.StatusRequestEntityTooLarge:
		return fault.New(fault.TooLarge, "web.fault.too_large")
	default: // reading the body failed, or writing the answer: ours, or the line's
		return fmt.Errorf("api: %s: %v", msg, errs)
	}
	var list fault.List
	for _, e := range errs {
		d, ok := e.(huma.ErrorDetailer)
		if !ok {
			continue
		}
		x := d.ErrorDetail()
		list = append(list, sentenceOf(x).At(fault.Where{Col: strings.TrimPrefix(x.Location, "body.")}))
	}
	if len(list) == 0 {
		return fault.New(fault.Invalid, "api.fault.no_body")
	}
	return list
}

func sentenceOf(x *huma.ErrorDetail) *fault.Error {
	if rest, ok := strings.CutPrefix(x.Message, mark); ok {
		key, arg, has := strings.Cut(rest, "|")
		if !has {
			return fault.New(fault.Invalid, key)
		}
		return fault.New(fault.Invalid, key, arg)
	}
	switch {
	case x.Location == "body":
		return fault.New(fault.Invalid, "api.fault.json", x.Message)
	case x.Message == "unknown query parameter":
		return fault.New(fault.Invalid, "api.fault.unknown")
	case strings.HasSuffix(x.Message, "parameter is missing"):
		return fault.New(fault.Invalid, "api.fault.missing")
	case strings.HasPrefix(x.Message, "invalid value: "): // only a Day reads its own text
		return fault.New(fault.Invalid, "api.fault.date")
	case strings.HasPrefix(x.Message, "invalid date/time"):
		return fault.New(fault.Invalid, "api.fault.time")
	case strings.Contains(x.Message, "integer"):
		return fault.New(fault.Invalid, "api.fault.integer")
	case strings.Contains(x.Message, "bool"):
		return fault.New(fault.Invalid, "api.fault.boolean")
	}
	return fault.New(fault.Invalid, "api.fault.other", x.Message)
}
