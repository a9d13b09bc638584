"""Compiled: likelihood of GARCH(1,1) with its gradient, and its maximum.

Twin: `risk.currency.volatility.garch`, which filters with scipy and climbs with its optimiser. Returns have mean square
about 1. Unknowns x are the mean, the logarithm of ω, the logits of the persistence α + β and of α's share of it, and
for t the logarithm of ν − 2.05; the derivatives follow the chain rule. The signatures make the import compile.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

LEAST_DEGREES = 2.05
NEAR, AT_BOUND = 7.0, 30.0  # logits of a persistence of 0.999 and, to thirteen digits, of 1
EIGHT = 8  # factors logged together: one by one, logarithms would take most of the time


@njit("float64(float64)", nogil=True, cache=True, error_model="numpy")
def digamma(x: float) -> float:
    """Derivative of the logarithm of the gamma function, for x above 0, to 1e-13."""
    total = 0.0
    while x < 10.0:
        total -= 1.0 / x
        x += 1.0
    y = 1.0 / (x * x)
    series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132)))))
    return total + math.log(x) - 0.5 / x - series


@njit("UniTuple(float64,2)(float64)", nogil=True, cache=True, error_model="numpy")
def norming(nu: float) -> Any:
    """Logarithm of the constant in Student's density with variance 1, and its derivative by ν."""
    constant = math.lgamma((nu + 1.0) / 2.0) - math.lgamma(nu / 2.0) - 0.5 * math.log(math.pi * (nu - 2.0))
    return constant, 0.5 * (digamma((nu + 1.0) / 2.0) - digamma(nu / 2.0)) - 0.5 / (nu - 2.0)


@njit("void(float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def parameters(x: Any, theta: Any) -> None:
    """Write μ, ω, α, β and ν of the unknowns."""
    persistence = 1.0 / (1.0 + math.exp(-x[2]))
    share = 1.0 / (1.0 + math.exp(-x[3]))
    theta[0], theta[1] = x[0], math.exp(x[1])
    theta[2], theta[3] = persistence * share, persistence * (1.0 - share)
    theta[4] = LEAST_DEGREES + math.exp(x[4]) if x.size == 5 else np.inf


@njit(
    "float64(float64[::1],float64,float64[::1],float64[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
    fastmath={"contract", "reassoc", "nsz", "arcp"},
)
def likelihood(returns: Any, backcast: float, theta: Any, gradient: Any) -> Any:
    """Log likelihood at μ, ω, α, β, ν (infinite: normal), and its derivatives by them."""
    mu, omega, alpha, beta, nu = theta[0], theta[1], theta[2], theta[3], theta[4]
    student = nu < np.inf
    n = returns.size
    variance = omega + (alpha + beta) * backcast
    by_mu, by_omega, by_alpha, by_beta = 0.0, 1.0, backcast, backcast
    g_mu = g_omega = g_alpha = g_beta = g_nu = logs = tails = squares = 0.0
    heavy, spread, twice = (nu + 1.0) / (nu - 2.0), 1.0 / (nu - 2.0), 2.0 * alpha
    for first in range(0, n, EIGHT):
        product = tail_product = 1.0
        for t in range(first, min(first + EIGHT, n)):
            e = returns[t] - mu
            square = e * e
            inverse = 1.0 / variance
            ratio = square * inverse
            product *= variance
            weight = 1.0
            if student:
                q = ratio * spread
                tail_product *= 1.0 + q
                inner = 1.0 / (1.0 + q)
                weight = heavy * inner
                g_nu += q * inner
            else:
                squares += ratio
            score = 0.5 * inverse * (weight * ratio - 1.0)
            g_mu += score * by_mu + weight * e * inverse
            g_omega += score * by_omega
            g_alpha += score * by_alpha
            g_beta += score * by_beta
            by_mu = beta * by_mu - twice * e
            by_omega = beta * by_omega + 1.0
            by_alpha = beta * by_alpha + square
            by_beta = beta * by_beta + variance
            variance = beta * variance + (omega + alpha * square)
        logs += math.log(product)
        if student:
            tails += math.log(tail_product)
    gradient[0], gradient[1], gradient[2], gradient[3] = g_mu, g_omega, g_alpha, g_beta
    if not student:
        return -0.5 * (n * math.log(2.0 * math.pi) + logs + squares)
    constant, slope = norming(nu)
    gradient[4] = n * slope - 0.5 * tails + 0.5 * (nu + 1.0) / (nu - 2.0) * g_nu
    return n * constant - 0.5 * logs - 0.5 * (nu + 1.0) * tails


@njit("void(float64[::1],float64,float64[::1],float64[:,::1])", nogil=True, cache=True, error_model="numpy")
def information(returns: Any, backcast: float, theta: Any, matrix: Any) -> None:
    """Add the outer products of each day's derivatives by μ, ω, α, β, ν: about the curvature at the top.

    Source: Berndt, Hall, Hall and Hausman, Annals of Economic and Social Measurement 3 (1974).
    """
    mu, omega, alpha, beta, nu = theta[0], theta[1], theta[2], theta[3], theta[4]
    student = nu < np.inf
    slope = norming(nu)[1] if student else 0.0
    variance = omega + (alpha + beta) * backcast
    by = np.array([0.0, 1.0, backcast, backcast, 0.0])
    g = np.zeros(5)
    for t in range(returns.size):
        e = returns[t] - mu
        inverse = 1.0 / variance
        weight = 1.0
        if student:
            q = e * e * inverse / (nu - 2.0)
            weight = (nu + 1.0) / (nu - 2.0) / (1.0 + q)
            g[4] = slope - 0.5 * math.log(1.0 + q) + 0.5 * (nu + 1.0) / (nu - 2.0) * q / (1.0 + q)
        score = 0.5 * inverse * (weight * e * e * inverse - 1.0)
        for i in range(4):
            g[i] = score * by[i]
        g[0] += weight * e * inverse
        for i in range(5):
            for j in range(i + 1):
                matrix[i, j] += g[i] * g[j]
        by[0] = beta * by[0] - 2.0 * alpha * e
        by[1] = beta * by[1] + 1.0
        by[2] = beta * by[2] + e * e
        by[3] = beta * by[3] + variance
        variance = beta * variance + (omega + alpha * e * e)
    for i in range(5):
        for j in range(i):
            matrix[j, i] = matrix[i, j]


@njit("void(float64[:,::1],float64[:,::1])", nogil=True, cache=True, error_model="numpy")
def invert(matrix: Any, inverse: Any) -> None:
    """Write the inverse of a positive definite matrix, which is lost, by elimination."""
    n = matrix.shape[0]
    for i in range(n):
        for j in range(n):
            inverse[i, j] = 1.0 if i == j else 0.0
    for pivot in range(n):
        scale = 1.0 / matrix[pivot, pivot]
        for j in range(n):
            matrix[pivot, j] *= scale
            inverse[pivot, j] *= scale
        for i in range(n):
            if i != pivot:
                factor = matrix[i, pivot]
                for j in range(n):
                    matrix[i, j] -= factor * matrix[pivot, j]
                    inverse[i, j] -= factor * inverse[pivot, j]


@njit("void(float64[::1],float64,float64[::1],float64[:,::1])", nogil=True, cache=True, error_model="numpy")
def metric(returns: Any, backcast: float, x: Any, inverse: Any) -> None:
    """Write about the inverse of the curvature at the unknowns, positive definite."""
    n = x.size
    theta, matrix = np.empty(5), np.zeros((5, 5))
    parameters(x, theta)
    information(returns, backcast, theta, matrix)
    persistence = theta[2] + theta[3]
    share = theta[2] / persistence
    jacobian = np.zeros((5, 5))
    jacobian[0, 0], jacobian[1, 1] = 1.0, theta[1]
    inner = persistence * (1.0 - persistence)
    jacobian[2, 2], jacobian[3, 2] = share * inner, (1.0 - share) * inner
    jacobian[2, 3] = persistence * share * (1.0 - share)
    jacobian[3, 3] = -jacobian[2, 3]
    if n == 5:
        jacobian[4, 4] = theta[4] - LEAST_DEGREES
    curvature = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(5):
                for m in range(5):
                    curvature[i, j] += jacobian[k, i] * matrix[k, m] * jacobian[m, j]
        # Flat directions, such as a persistence at its bound, are not divided by nothing.
        curvature[i, i] = curvature[i, i] * (1.0 + 1e-6) + 1.0
    invert(curvature, inverse)


@njit("float64(float64[::1],float64,float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def height(returns: Any, backcast: float, x: Any, slope: Any) -> float:
    """Log likelihood at the unknowns, and its derivatives by them."""
    theta, gradient = np.empty(5), np.zeros(5)
    parameters(x, theta)
    value = likelihood(returns, backcast, theta, gradient)
    persistence = theta[2] + theta[3]
    share = theta[2] / persistence
    by_persistence = share * gradient[2] + (1.0 - share) * gradient[3]
    slope[0] = gradient[0]
    slope[1] = gradient[1] * theta[1]
    slope[2] = by_persistence * persistence * (1.0 - persistence)
    slope[3] = (gradient[2] - gradient[3]) * persistence * share * (1.0 - share)
    if x.size == 5:
        slope[4] = gradient[4] * (theta[4] - LEAST_DEGREES)
    return value if np.isfinite(value) else -np.inf


@njit("float64(float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def dot(one: Any, other: Any) -> float:
    """Sum of products."""
    total = 0.0
    for i in range(one.size):
        total += one[i] * other[i]
    return total


@njit("float64(float64[::1])", nogil=True, cache=True, error_model="numpy")
def largest(values: Any) -> float:
    """Largest absolute value."""
    most = 0.0
    for value in values:
        most = max(most, abs(value))
    return most


@njit("void(float64[:,::1],float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def times(matrix: Any, vector: Any, product: Any) -> None:
    """Write the product of a matrix and a vector."""
    for i in range(vector.size):
        product[i] = dot(matrix[i], vector)


@njit("boolean(float64[:,::1],float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def bend(curvature: Any, moved: Any, turned: Any) -> bool:
    """Update the inverse curvature by what a step has shown; False when the step says nothing."""
    product = dot(moved, turned)
    if not product > 1e-12 * math.sqrt(dot(moved, moved) * dot(turned, turned)):
        return False
    bent = np.empty(moved.size)
    times(curvature, turned, bent)
    scale = (1.0 + dot(turned, bent) / product) / product
    for i in range(moved.size):
        for j in range(moved.size):
            curvature[i, j] += scale * moved[i] * moved[j] - (bent[i] * moved[j] + moved[i] * bent[j]) / product
    return True


@njit(
    "float64(float64[::1],float64,float64[::1],float64[::1],float64,float64,float64[::1],float64[::1])",
    nogil=True,
    cache=True,
    error_model="numpy",
)
def search(
    returns: Any, backcast: float, x: Any, direction: Any, value: float, rise: float, ahead: Any, slope: Any
) -> float:
    """Shorten the step along a direction until it rises enough: the height `ahead`, written with its slope."""
    step, found = 1.0, -np.inf
    for _shorter in range(30):
        for i in range(x.size):
            ahead[i] = x[i] + step * direction[i]
        found = height(returns, backcast, ahead, slope)
        if found >= value + 1e-4 * step * rise:
            break
        step *= 0.5 if step > 0.1 else 0.2
    return found


@njit(
    "UniTuple(float64,2)(float64[::1],float64,float64[::1],int64,boolean)",
    nogil=True,
    cache=True,
    error_model="numpy",
)
def ascend(returns: Any, backcast: float, x: Any, steps: int, leap: bool) -> Any:
    """Move x to a maximum by the method of Broyden, Fletcher, Goldfarb and Shanno: log likelihood, largest slope left.

    It begins with the outer products of `information` as curvature, and again where it is stuck. A persistence of 1 is
    approached for ever: `leap` goes there at once if that is higher. Source of the method: Nocedal and Wright,
    Numerical Optimization (2006), algorithm 6.1, with steps shortened until they rise enough.
    """
    n = x.size
    slope, ahead, slope_ahead, direction = np.zeros(n), np.empty(n), np.zeros(n), np.empty(n)
    moved, turned, curvature = np.empty(n), np.empty(n), np.zeros((n, n))
    value = height(returns, backcast, x, slope)
    fresh = True
    for _ in range(steps):
        if largest(slope) < 1e-5:
            break
        if leap and x[2] > NEAR and slope[2] > 0.0:
            leap = False
            before, x[2] = x[2], AT_BOUND
            found = height(returns, backcast, x, slope_ahead)
            if found > value:
                value, fresh = found, True
                slope[:] = slope_ahead
            else:
                x[2] = before
        if fresh:
            metric(returns, backcast, x, curvature)
        times(curvature, slope, direction)
        shorten = min(1.0, 2.0 / largest(direction))  # no unknown moves by more than a factor e²
        for i in range(n):
            direction[i] *= shorten
        found = search(returns, backcast, x, direction, value, dot(direction, slope), ahead, slope_ahead)
        if not found > value:
            if fresh:
                break
            fresh = True
            continue
        done = found - value < 1e-9 and not fresh
        for i in range(n):
            moved[i], turned[i] = ahead[i] - x[i], slope[i] - slope_ahead[i]
            x[i], slope[i] = ahead[i], slope_ahead[i]
        value = found
        if done:
            break
        fresh = not bend(curvature, moved, turned)
    return value, largest(slope)


@njit("UniTuple(float64,2)(float64[::1],float64,float64[::1],int64)", nogil=True, cache=True, error_model="numpy")
def climb(returns: Any, backcast: float, x: Any, steps: int) -> Any:
    """`ascend`, and where that ends on a persistence of 1 although lower is higher, once more from below."""
    value, left = ascend(returns, backcast, x, steps, True)
    if x[2] < AT_BOUND:
        return value, left
    slope = np.zeros(x.size)
    height(returns, backcast, x, slope)
    if slope[2] >= 0.0:
        return value, left
    below = x.copy()
    below[2] = NEAR + 2.0
    found, flat = ascend(returns, backcast, below, steps, False)
    if found > value:
        for i in range(x.size):
            x[i] = below[i]
        return found, flat
    return value, left


@njit("void(float64[::1],float64,float64[::1],float64[::1])", nogil=True, cache=True, error_model="numpy")
def filtered(returns: Any, backcast: float, theta: Any, variance: Any) -> None:
    """Write the variance before each return and after the last."""
    variance[0] = theta[1] + (theta[2] + theta[3]) * backcast
    for t in range(returns.size):
        e = returns[t] - theta[0]
        variance[t + 1] = theta[1] + theta[2] * e * e + theta[3] * variance[t]
