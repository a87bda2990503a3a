package auth

import (
	"context"
	"os"
	"strings"
	"testing"
)

var realCost = cost

func TestMain(m *testing.M) {
	cost = argonCost{time: 1, memory: 64, lanes: 1}
	os.Exit(m.Run())
}

func TestHash_RFC9106SecondChoice(t *testing.T) {
	cheap := cost
	cost = realCost
	defer func() { cost = cheap }()
	h, err := hashPassword(context.Background(), "bưởi đỏ Tân Lạc")
	if err != nil || !strings.HasPrefix(h, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Fatalf("%s %v", h, err)
	}
	other, _ := hashPassword(context.Background(), "bưởi đỏ Tân Lạc")
	if h == other {
		t.Error("two hashes of one password are equal: no salt")
	}
	if !strings.HasPrefix(dummyHash(), "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Error("an unknown login would be answered faster")
	}
}

func TestVerify_OnlyTheRightOne(t *testing.T) {
	ctx := context.Background()
	h, err := hashPassword(ctx, "bưởi đỏ Tân Lạc")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		stored, password string
		want             bool
	}{
		{h, "bưởi đỏ Tân Lạc", true},
		{h, "bu\u031bo\u031b\u0309i \u0111o\u0309 Ta\u0302n La\u0323c", true}, // the same sentence, composed otherwise
		{h, "bưởi đỏ Tân Lạ", false},
		{h, "", false},
		{noPassword, "", false},
		{noPassword, "!", false},
		{"", "", false},
		{dummyHash(), "", false},
	} {
		if ok, err := verifyPassword(ctx, c.stored, c.password); ok != c.want || err != nil {
			t.Errorf("%.20s with %q: %v %v", c.stored, c.password, ok, err)
		}
	}
	for _, broken := range []string{"x", "$argon2i$v=19$m=64,t=1,p=1$AA$AA", "$argon2id$v=19$m=9999999999,t=1,p=1$AA$AA", "$argon2id$v=19$m=64,t=1,p=1$AA$AA"} {
		if ok, err := verifyPassword(ctx, broken, "x"); ok || err == nil {
			t.Errorf("%s is taken", broken)
		}
	}
}
