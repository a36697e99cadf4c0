; What rows of the table are in machine code, where neither LLVM nor the C library has it.
; What is declared in the runtime of the native engine is declared here too.

declare double @llvm.trunc.f64(double)
declare double @llvm.sqrt.f64(double)
declare i64 @llvm.abs.i64(i64, i1)
declare i64 @llvm.ctlz.i64(i64, i1)

; Integers: a value, and whether there is none that fits.

define internal { i64, i1 } @adcli.pair(i64 %v, i1 %bad) alwaysinline {
  %a = insertvalue { i64, i1 } undef, i64 %v, 0
  %b = insertvalue { i64, i1 } %a, i1 %bad, 1
  ret { i64, i1 } %b
}

define internal { i64, i1 } @adcli.neg.int(i64 %a) alwaysinline {
  %r = call { i64, i1 } @llvm.ssub.with.overflow.i64(i64 0, i64 %a)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.abs.int(i64 %a) alwaysinline {
  %neg = icmp slt i64 %a, 0
  %minus = sub i64 0, %a
  %v = select i1 %neg, i64 %minus, i64 %a
  %bad = icmp slt i64 %v, 0
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 %bad)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.max.int(i64 %a, i64 %b) alwaysinline {
  %v = call i64 @llvm.smax.i64(i64 %a, i64 %b)
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 false)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.min.int(i64 %a, i64 %b) alwaysinline {
  %v = call i64 @llvm.smin.i64(i64 %a, i64 %b)
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 false)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.floordiv.int(i64 %a, i64 %b) alwaysinline {
  %zero = icmp eq i64 %b, 0
  %minus = icmp eq i64 %b, -1
  %odd = or i1 %zero, %minus
  %d = select i1 %odd, i64 1, i64 %b
  %q = sdiv i64 %a, %d
  %m = srem i64 %a, %d
  %some = icmp ne i64 %m, 0
  %x = xor i64 %m, %d
  %apart = icmp slt i64 %x, 0
  %down = and i1 %some, %apart
  %less = sub i64 %q, 1
  %found = select i1 %down, i64 %less, i64 %q
  %negated = sub i64 0, %a
  %v = select i1 %minus, i64 %negated, i64 %found
  %least = icmp eq i64 %a, -9223372036854775808
  %over = and i1 %least, %minus
  %bad = or i1 %zero, %over
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 %bad)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.mod.int(i64 %a, i64 %b) alwaysinline {
  %zero = icmp eq i64 %b, 0
  %minus = icmp eq i64 %b, -1
  %odd = or i1 %zero, %minus
  %d = select i1 %odd, i64 1, i64 %b
  %m = srem i64 %a, %d
  %some = icmp ne i64 %m, 0
  %x = xor i64 %m, %d
  %apart = icmp slt i64 %x, 0
  %down = and i1 %some, %apart
  %up = add i64 %m, %d
  %v = select i1 %down, i64 %up, i64 %m
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 %zero)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.pow.int(i64 %a, i64 %n) {
  %neg = icmp slt i64 %n, 0
  br i1 %neg, label %out, label %loop
loop:
  %k = phi i64 [ %n, %0 ], [ %half, %next ]
  %base = phi i64 [ %a, %0 ], [ %square, %next ]
  %product = phi i64 [ 1, %0 ], [ %grown, %next ]
  %lost = phi i1 [ false, %0 ], [ %lost.next, %next ]
  %lost.base = phi i1 [ false, %0 ], [ %lost.square, %next ]
  %more = icmp ne i64 %k, 0
  br i1 %more, label %next, label %done
next:
  %odd = trunc i64 %k to i1
  %p = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %product, i64 %base)
  %pv = extractvalue { i64, i1 } %p, 0
  %po = extractvalue { i64, i1 } %p, 1
  %grown = select i1 %odd, i64 %pv, i64 %product
  %over = or i1 %po, %lost.base
  %counts = and i1 %odd, %over
  %lost.next = or i1 %lost, %counts
  %s = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %base, i64 %base)
  %square = extractvalue { i64, i1 } %s, 0
  %so = extractvalue { i64, i1 } %s, 1
  %lost.square = or i1 %lost.base, %so
  %half = lshr i64 %k, 1
  br label %loop
done:
  %r = call { i64, i1 } @adcli.pair(i64 %product, i1 %lost)
  ret { i64, i1 } %r
out:
  ret { i64, i1 } { i64 0, i1 true }
}

define internal { i64, i1 } @adcli.invert.int(i64 %a) alwaysinline {
  %v = xor i64 %a, -1
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 false)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.lshift.int(i64 %a, i64 %n) alwaysinline {
  %far = icmp ugt i64 %n, 63
  %k = select i1 %far, i64 0, i64 %n
  %moved = shl i64 %a, %k
  %back = ashr i64 %moved, %k
  %lost = icmp ne i64 %back, %a
  %some = icmp ne i64 %a, 0
  %negative = icmp slt i64 %n, 0
  %out = and i1 %far, %some
  %large = or i1 %out, %lost
  %bad = or i1 %large, %negative
  %r = call { i64, i1 } @adcli.pair(i64 %moved, i1 %bad)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.rshift.int(i64 %a, i64 %n) alwaysinline {
  %k = call i64 @llvm.umin.i64(i64 %n, i64 63)
  %v = ashr i64 %a, %k
  %negative = icmp slt i64 %n, 0
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 %negative)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.bit_length.int(i64 %a) alwaysinline {
  %size = call i64 @llvm.abs.i64(i64 %a, i1 false)
  %zeros = call i64 @llvm.ctlz.i64(i64 %size, i1 false)
  %v = sub i64 64, %zeros
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 false)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.gcd.int(i64 %a, i64 %b) {
  %a.size = call i64 @llvm.abs.i64(i64 %a, i1 false)
  %b.size = call i64 @llvm.abs.i64(i64 %b, i1 false)
  br label %loop
loop:
  %x = phi i64 [ %a.size, %0 ], [ %y, %next ]
  %y = phi i64 [ %b.size, %0 ], [ %rest, %next ]
  %more = icmp ne i64 %y, 0
  br i1 %more, label %next, label %done
next:
  %rest = urem i64 %x, %y
  br label %loop
done:
  %bad = icmp slt i64 %x, 0
  %r = call { i64, i1 } @adcli.pair(i64 %x, i1 %bad)
  ret { i64, i1 } %r
}

define internal { i64, i1 } @adcli.isqrt.int(i64 %n) {
  %bad = icmp slt i64 %n, 0
  %d = sitofp i64 %n to double
  %root = call double @llvm.sqrt.f64(double %d)
  %near = call i64 @llvm.fptosi.sat.i64.f64(double %root)
  %square = mul i64 %near, %near
  %above = icmp ugt i64 %square, %n
  %less = sub i64 %near, 1
  %v = select i1 %above, i64 %less, i64 %near
  %r = call { i64, i1 } @adcli.pair(i64 %v, i1 %bad)
  ret { i64, i1 } %r
}

; Doubles.

define internal double @adcli.frexp_exponent(double %x) {
  %size = call double @llvm.fabs.f64(double %x)
  %low = fcmp olt double %size, 0x0010000000000000
  %raised = fmul double %size, 0x4350000000000000
  %normal = select i1 %low, double %raised, double %size
  %bits = bitcast double %normal to i64
  %biased = lshr i64 %bits, 52
  %shift = select i1 %low, i64 1076, i64 1022
  %e = sub i64 %biased, %shift
  %up = fcmp ogt double %size, 0.0
  %below = fcmp olt double %size, 0x7FF0000000000000
  %plain = and i1 %up, %below
  %found = select i1 %plain, i64 %e, i64 0
  %v = sitofp i64 %found to double
  ret double %v
}

define internal double @adcli.frexp_mantissa(double %x) {
  %size = call double @llvm.fabs.f64(double %x)
  %low = fcmp olt double %size, 0x0010000000000000
  %raised = fmul double %size, 0x4350000000000000
  %normal = select i1 %low, double %raised, double %size
  %bits = bitcast double %normal to i64
  %kept = and i64 %bits, 4503599627370495
  %half = or i64 %kept, 4602678819172646912
  %m = bitcast i64 %half to double
  %signed = call double @llvm.copysign.f64(double %m, double %x)
  %up = fcmp ogt double %size, 0.0
  %below = fcmp olt double %size, 0x7FF0000000000000
  %plain = and i1 %up, %below
  %v = select i1 %plain, double %signed, double %x
  ret double %v
}

define internal double @adcli.modf_fraction(double %x) {
  %whole = call double @llvm.trunc.f64(double %x)
  %rest = fsub double %x, %whole
  %size = call double @llvm.fabs.f64(double %x)
  %far = fcmp oeq double %size, 0x7FF0000000000000
  %part = select i1 %far, double 0.0, double %rest
  %v = call double @llvm.copysign.f64(double %part, double %x)
  ret double %v
}

define internal double @adcli.ulp(double %x) {
  %size = call double @llvm.fabs.f64(double %x)
  %next = call double @nextafter(double %size, double 0x7FF0000000000000)
  %over = fcmp oeq double %next, 0x7FF0000000000000
  %last = call double @nextafter(double %size, double 0.0)
  %up = fsub double %next, %size
  %down = fsub double %size, %last
  %gap = select i1 %over, double %down, double %up
  %below = fcmp olt double %size, 0x7FF0000000000000
  %v = select i1 %below, double %gap, double %size
  ret double %v
}

define internal double @adcli.nearest_real(i64 %n) alwaysinline {
  %v = sitofp i64 %n to double
  ret double %v
}

define internal i1 @adcli.isnan(double %x) alwaysinline {
  %v = fcmp uno double %x, 0.0
  ret i1 %v
}

define internal i1 @adcli.isinf(double %x) alwaysinline {
  %size = call double @llvm.fabs.f64(double %x)
  %v = fcmp oeq double %size, 0x7FF0000000000000
  ret i1 %v
}

define internal i1 @adcli.isfinite(double %x) alwaysinline {
  %size = call double @llvm.fabs.f64(double %x)
  %v = fcmp olt double %size, 0x7FF0000000000000
  ret i1 %v
}

define internal i1 @adcli.is_zero(double %x) alwaysinline {
  %v = fcmp oeq double %x, 0.0
  ret i1 %v
}

define internal i1 @adcli.is_minus_zero(double %x) alwaysinline {
  %bits = bitcast double %x to i64
  %v = icmp eq i64 %bits, -9223372036854775808
  ret i1 %v
}

define internal i1 @adcli.is_whole(double %x) alwaysinline {
  %below = call double @llvm.trunc.f64(double %x)
  %same = fcmp oeq double %x, %below
  %finite = call i1 @adcli.isfinite(double %x)
  %negative = call i1 @adcli.is_minus_zero(double %x)
  %positive = xor i1 %negative, true
  %number = and i1 %same, %finite
  %v = and i1 %number, %positive
  ret i1 %v
}

define internal double @adcli.max(double %a, double %b) alwaysinline {
  %c = fcmp ogt double %b, %a
  %v = select i1 %c, double %b, double %a
  ret double %v
}

define internal double @adcli.min(double %a, double %b) alwaysinline {
  %c = fcmp olt double %b, %a
  %v = select i1 %c, double %b, double %a
  ret double %v
}

define internal double @adcli.sign(double %x) alwaysinline {
  %up = fcmp ogt double %x, 0.0
  %down = fcmp olt double %x, 0.0
  %same = fadd double %x, 0.0
  %low = select i1 %down, double -1.0, double %same
  %v = select i1 %up, double 1.0, double %low
  ret double %v
}

define internal double @adcli.relu(double %x) alwaysinline {
  %c = fcmp ole double %x, 0.0
  %v = select i1 %c, double 0.0, double %x
  ret double %v
}

define internal double @adcli.radians(double %x) alwaysinline {
  %v = fmul double %x, 0x3F91DF46A2529D39
  ret double %v
}

define internal double @adcli.degrees(double %x) alwaysinline {
  %v = fmul double %x, 0x404CA5DC1A63C1F8
  ret double %v
}

define internal double @adcli.sech(double %x) alwaysinline {
  %size = call double @llvm.fabs.f64(double %x)
  %minus = fneg double %size
  %e = call double @exp(double %minus)
  %square = fmul double %e, %e
  %below = fadd double 1.0, %square
  %above = fmul double 2.0, %e
  %v = fdiv double %above, %below
  ret double %v
}

define internal double @adcli.sigmoid(double %x) alwaysinline {
  %size = call double @llvm.fabs.f64(double %x)
  %minus = fneg double %size
  %t = call double @exp(double %minus)
  %up = fcmp oge double %x, 0.0
  %below = fadd double 1.0, %t
  %top = select i1 %up, double 1.0, double %t
  %v = fdiv double %top, %below
  ret double %v
}

define internal double @adcli.softplus(double %x) alwaysinline {
  %size = call double @llvm.fabs.f64(double %x)
  %minus = fneg double %size
  %t = call double @exp(double %minus)
  %l = call double @log1p(double %t)
  %c = fcmp ogt double 0.0, %x
  %m = select i1 %c, double 0.0, double %x
  %v = fadd double %m, %l
  ret double %v
}

define internal double @adcli.gauss(double %x) alwaysinline {
  %size = call double @llvm.fabs.f64(double %x)
  %near = fcmp olt double %size, 28.0
  %big = fmul double %x, 128.0
  %whole = call double @llvm.floor.f64(double %big)
  %m = fdiv double %whole, 128.0
  %minus = fneg double %m
  %square = fmul double %minus, %m
  %first = call double @exp(double %square)
  %less = fsub double %m, %x
  %more = fadd double %m, %x
  %rest = fmul double %less, %more
  %second = call double @exp(double %rest)
  %v = fmul double %first, %second
  %found = select i1 %near, double %v, double 0.0
  ret double %found
}

define internal double @adcli.ldexp(double %x, i64 %n) {
  %low = call i64 @llvm.smax.i64(i64 %n, i64 -100000)
  %mid = call i64 @llvm.smin.i64(i64 %low, i64 100000)
  %k = trunc i64 %mid to i32
  %v = call double @ldexp(double %x, i32 %k)
  ret double %v
}

; What an addition loses to rounding, added to what others lost; a sum with that.

define internal double @adcli.compensation(double %c, double %s, double %v) alwaysinline {
  %t = fadd double %s, %v
  %s.size = call double @llvm.fabs.f64(double %s)
  %v.size = call double @llvm.fabs.f64(double %v)
  %first = fcmp oge double %s.size, %v.size
  %large = select i1 %first, double %s, double %v
  %small = select i1 %first, double %v, double %s
  %kept = fsub double %large, %t
  %lost = fadd double %kept, %small
  %found = fadd double %c, %lost
  %t.size = call double @llvm.fabs.f64(double %t)
  %is.finite = fcmp olt double %t.size, 0x7FF0000000000000
  %v.c = select i1 %is.finite, double %found, double %c
  ret double %v.c
}

define internal double @adcli.compensated(double %s, double %c) alwaysinline {
  %some = fcmp one double %c, 0.0
  %whole = fadd double %s, %c
  %v = select i1 %some, double %whole, double %s
  ret double %v
}

; Floor division and remainder of doubles as Python has them.

define internal double @adcli.mod(double %a, double %b) {
  %m = call double @fmod(double %a, double %b)
  %some = fcmp une double %m, 0.0
  %bn = fcmp olt double %b, 0.0
  %mn = fcmp olt double %m, 0.0
  %apart = xor i1 %bn, %mn
  %shift = and i1 %some, %apart
  %moved = fadd double %m, %b
  %zero = call double @llvm.copysign.f64(double 0.0, double %b)
  %kept = select i1 %some, double %m, double %zero
  %v = select i1 %shift, double %moved, double %kept
  ret double %v
}

define internal double @adcli.floordiv(double %a, double %b) {
  %m = call double @fmod(double %a, double %b)
  %rest = fsub double %a, %m
  %d = fdiv double %rest, %b
  %some = fcmp une double %m, 0.0
  %bn = fcmp olt double %b, 0.0
  %mn = fcmp olt double %m, 0.0
  %apart = xor i1 %bn, %mn
  %shift = and i1 %some, %apart
  %less = fsub double %d, 1.0
  %div = select i1 %shift, double %less, double %d
  %any = fcmp une double %div, 0.0
  %low = call double @llvm.floor.f64(double %div)
  %gap = fsub double %div, %low
  %far = fcmp ogt double %gap, 0.5
  %next = fadd double %low, 1.0
  %found = select i1 %far, double %next, double %low
  %q = fdiv double %a, %b
  %zero = call double @llvm.copysign.f64(double 0.0, double %q)
  %v = select i1 %any, double %found, double %zero
  ret double %v
}
