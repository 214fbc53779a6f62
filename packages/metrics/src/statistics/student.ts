/**
 * The t distribution for whole degrees of freedom, in closed form: Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 26.7.3 and 26.7.4.
 */

/** Probability of |T| <= t with `degrees` degrees of freedom. */
export function studentWithin(t: number, degrees: number): number {
  const angle = Math.atan2(t, Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/**
 * The t below which |T| stays with this probability: 2.262 for 9 degrees and 0.95.
 * @throws RangeError unless degrees is a whole number from 1 on, and 0 < probability < 1
 */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(Number.isInteger(degrees) && degrees >= 1)) {
    throw new RangeError(`degrees of freedom must be a whole number from 1 on: ${degrees}`);
  }
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`probability must be between 0 and 1: ${probability}`);
  }
  let low = 0;
  let high = 1;
  while (studentWithin(high, degrees) < probability) high *= 2;
  for (let i = 0; i < 80 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
