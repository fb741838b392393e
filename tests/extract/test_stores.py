"""What is put where: initialisers, assignments, arguments, returns."""

import pytest

from tests.extract.reading import check, read

CASES = {
    "a function that gives an enumerator is no number": """
        void f(struct ops *o, enum kind (*run)(int), enum kind n) {
            o->run = run;
        //  ^ store assignment {o: struct ops * p0}->run = {run: enum kind (*)(int) p1}
            o->kind = n;
        }
    """,
    "designated members": """
        struct ops o = {
            .open = f,
        //  ^ store initializer o.open = f
            .inner.close = g,
        //  ^ store initializer o.inner.close = g
            .nested = { .read = &h },
        //              ^ store initializer o.nested.read = &h
            old: i,
        //  ^ store initializer o.old = i
            .count = 3, .name = "x", .flag = -1,
        };
    """,
    "elements by key, by range and in order": """
        struct ops o[] = {
            [KEY] = { .run = f },
        //            ^ store initializer o[KEY].run = f
            { .run = g },
        //    ^ store initializer o[KEY + 1].run = g
            [4] = { .run = h }, { .run = i },
        //          ^ store initializer o[4].run = h
        //                        ^ store initializer o[5].run = i
        };
        fn_t a[] = { j, k, [7 ... 9] = l };
        //           ^ store initializer a[0] = j
        //              ^ store initializer a[1] = k
        //                 ^ store initializer a[7...9] = l
    """,
    "members in order are numbered": """
        struct ops o = { f, 0, g };
        //               ^ store initializer o{0} = f
        //                     ^ store initializer o{2} = g
        struct ops p[] = { { f, { g } } };
        //                   ^ store initializer p[0]{0} = f
        //                        ^ store initializer p[0]{1}{0} = g
    """,
    "a member behind a designated one is counted from it": """
        struct ops o = { .open = f, g, h };
        //               ^ store initializer o.open = f
        //                          ^ store initializer o{1 behind open} = g
        //                             ^ store initializer o{2 behind open} = h
    """,
    "a variable of the file": """
        struct ops *p = &o;
        //          ^ store initializer p = &o
        fn_t fn = f;
        //   ^ store initializer fn = f
        int n = 3;
    """,
    "variables of a function": """
        void f(struct s *s)
        {
            struct ops *p = s->ops, *q = &o;
        //              ^ store initializer {p: struct ops *} = {s: struct s * p0}->ops
        //                           ^ store initializer {q: struct ops *} = &o
            static struct ops t = { .run = g };
        //                          ^ store initializer {t: struct ops}.run = g
            int n = s->n;
        }
    """,
    "assignments to members, chains and choices": """
        void f(struct s *s, struct ops *o)
        {
            s->run = g;
        //  ^ store assignment {s: struct s * p0}->run = g
            s->a = s->b = h;
        //  ^ store assignment {s: struct s * p0}->a = h
        //         ^ store assignment {s: struct s * p0}->b = h
            s->c = s ? i : j;
        //  ^ store assignment {s: struct s * p0}->c = i
        //  ^ store assignment {s: struct s * p0}->c = j
            s->d = k ?: l;
        //  ^ store assignment {s: struct s * p0}->d = k
        //  ^ store assignment {s: struct s * p0}->d = l
            s->ops = o;
        //  ^ store assignment {s: struct s * p0}->ops = {o: struct ops * p1}
            table[3].run = (fn_t)m;
        //  ^ store assignment table[3].run = (fn_t)m
            s->count += 3;
            s->count = 4;
        }
    """,
    "copies of structs": """
        void f(struct s *a, struct s *b)
        {
            *a = *b;
        //  ^ store assignment *{a: struct s * p0} = *{b: struct s * p1}
        }
    """,
    "arguments that may be addresses": """
        void f(struct s *s, int n)
        {
            g(h, &o, s->ops, s, n, 3, "x", GFP_KERNEL, s->n + 1);
        //    ^ store argument g#0 = h
        //       ^ store argument g#1 = &o
        //           ^ store argument g#2 = {s: struct s * p0}->ops
        //                   ^ store argument g#3 = {s: struct s * p0}
            g(NULL, true, !s);
            init(&s->work, h);
        //                 ^ store argument init#1 = h
        }
    """,
    "a local is kept once it holds something": """
        void f(struct s *s)
        {
            struct ops *o;
            g(o);
            o = &a;
        //  ^ store assignment {o: struct ops *} = &a
            g(o);
        //    ^ store argument g#0 = {o: struct ops *}
        }
    """,
    "integers are not kept": """
        void f(struct s *s, u32 a)
        {
            int n;
            n = s->n;
            s->n = a;
            g(a);
        }
        int k(struct s *s) { return s->n; }
        struct s *l(struct s *s)
        {
            return s->next;
        //         ^ store return return of l = {s: struct s * p0}->next
        }
    """,
    "returns": """
        struct ops *f(struct ops *o, int n)
        {
            if (n) return &table[n];
        //                ^ store return return of f = &table[{n: int p1}]
            if (!o) return NULL;
            return o;
        //         ^ store return return of f = {o: struct ops * p0}
        }
        fn_t g(void) { return h; }
        //                    ^ store return return of g = h
    """,
    "compound literals": """
        void f(struct s *s)
        {
            s->ops = (struct ops){ .run = g };
        //  ^ store assignment {s: struct s * p0}->ops = (struct ops){}
        //                         ^ store initializer (struct ops){}.run = g
            h(&(struct ops){ .stop = i });
        //    ^ store argument h#0 = &(struct ops){}
        //                   ^ store initializer (struct ops){}.stop = i
        }
    """,
    "guards": """
        struct ops o = {
            .a = f,
        //  ^ store initializer o.a = f
        };
        void g(struct s *s)
        {
        #ifdef CONFIG_A
            s->run = f;
        //  ^ store assignment {s: struct s * p0}->run = f if CONFIG_A
        #endif
        }
    """,
    "macros of the file scope": """
          module_init(f);
        //            ^ store argument module_init#0 = f
    """,
    "what a macro puts in a list is an argument": """
        struct hook h[] = { HOOK_INIT(open, my_open) };
        //                            ^ store argument HOOK_INIT#0 = open
        //                                  ^ store argument HOOK_INIT#1 = my_open
    """,
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_stores(code: str) -> None:
    check(code)


def test_the_function_of_a_store() -> None:
    facts = read("fn_t a = f;\nvoid g(struct s *s) { s->run = f; }\n")
    assert [store.function for store in facts.stores] == ["", "g"]
